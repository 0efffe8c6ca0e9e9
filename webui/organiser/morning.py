"""The morning after: what the evenings brought."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from provisioning.cloud.figures import EventFigures, Figures
from provisioning.cloud.figures_json import as_json as figures_json
from provisioning.cloud.report import report
from webui.morning.report_page import report_page
from webui.organiser.clips import clip_lines
from webui.organiser.window import here

pages = Blueprint("morning", __name__)

_NEWEST_CLIPS = 6


@pages.get("/morning")
def morning() -> ResponseReturnValue:
    """The figures of everything that has arrived."""
    try:
        figures = _figures()
    except MatineeError as fault:
        page = render_template(
            "organiser/morning.html", fault=fault.sentence, figures=None, titles={}, clips=[]
        )
        return page, HTTPStatus.SERVICE_UNAVAILABLE
    titles = {one.id: one.event.title for one in here().events.events() if one.event}
    seen = here().watch.seen(1.0)
    titles = {**{state.event: state.title for state in seen.states}, **titles}
    return render_template(
        "organiser/morning.html",
        fault="",
        figures=figures,
        events=sorted(figures.events, key=_late, reverse=True),
        titles=titles,
        rows_of=_rows,
        clips=clip_lines(seen)[:_NEWEST_CLIPS],
    )


@pages.get("/morning/report.json")
def as_json() -> Response:
    """The figures, for programs."""
    response = Response(figures_json(_figures()), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="report.json"'
    return response


@pages.get("/morning/report")
def for_funders() -> str:
    """The page that one shows a funder: whole in itself, small groups not told."""
    return report_page(_figures(), here().folder.identity().name)


def _figures() -> Figures:
    window = here()
    with window.one_at_a_time:
        return report(window.folder.bucket(), window.folder.cache)


def _rows(one: EventFigures) -> list[tuple[str, int, int]]:
    """(what, reserved, sold) of everything that was offered."""
    sold: Counter[str] = Counter()
    for sale in one.sales:
        sold[sale.item] += sale.units
    return [(item, one.claims.get(item, 0), sold[item]) for item in sorted({*one.claims, *sold})]


def _late(one: EventFigures) -> str:
    return one.started.isoformat() if one.started else ""
