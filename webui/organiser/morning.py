"""The morning after: what the evenings brought, and the letters that go out before the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.model.event import Event
from provisioning.cloud.figures import EventFigures, Figures
from provisioning.cloud.figures_json import as_json as figures_json
from provisioning.cloud.report import report
from webui.morning.report_page import report_page
from webui.organiser.clips import clip_lines
from webui.organiser.window import here

pages = Blueprint("morning", __name__)

_NEWEST_CLIPS = 6


@dataclass(frozen=True, slots=True)
class Letter:
    """A text for the mailing program; it fills in the names."""

    id: str
    heading: str
    subject: str
    text: str


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


@pages.get("/events/<event>/letters")
def letters(event: str) -> str:
    """Invitation, reminder and thanks, to be copied into the mailing program."""
    found = here().events.find(event)
    if found.event is None:
        raise MatineeError("organiser.no_event", event=event)
    return render_template("organiser/letters.html", found=found, letters=letters_of(found.event))


def letters_of(event: Event) -> tuple[Letter, ...]:
    """Three letters about one event, in plain text; ``{{ .Subscriber.FirstName }}`` is listmonk's."""
    when = f"{event.starts:%A, %-d %B %Y, %H:%M}"
    where = ", ".join(part for part in (event.venue.name, event.venue.place) if part)
    link = f"\nSign up, and bring your pass on your phone: {event.public_page}\n" if event.public_page else ""
    access = "".join(f"\n* {line}" for line in event.venue.access)
    access = f"\nGetting in:{access}\n" if access else ""
    greeting = "Dear {{ .Subscriber.FirstName }},\n\n"
    end = f"\n{event.organiser.name}\n"
    about = f"{event.text}\n\n" if event.text else ""
    return (
        Letter(
            "invitation", "Invitation", f"{event.title}: {when}",
            f"{greeting}{about}{event.title}\n{when}, doors {event.doors:%H:%M}\n{where}\n"
            f"{access}{link}{end}",
        ),
        Letter(
            "reminder", "Reminder, the day before", f"Tomorrow: {event.title}",
            f"{greeting}tomorrow at {event.starts:%H:%M} we show {event.title}, at {where}. Doors open"
            f" at {event.doors:%H:%M}.\n{link}{access}{end}",
        ),
        Letter(
            "thanks", "Thanks, the morning after", f"Thank you for {event.title}",
            f"{greeting}thank you for coming to {event.title}. The best moments of the evening are on its"
            f" page{': ' + event.public_page if event.public_page else ''}.\n{end}",
        ),
    )  # fmt: skip


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
