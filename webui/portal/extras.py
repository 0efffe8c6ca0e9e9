"""Films beside the show: who may watch which, when, and what opens the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, abort
from flask_babel import gettext

from appliance.clock import ClockTrust
from appliance.model.event import Event
from appliance.model.gate import EMPTY_HANDED, Extra, Holding, opens
from webui.look.gate_words import gated
from webui.look.problem import answer
from webui.look.words import day
from webui.portal.access_files import words_of
from webui.portal.evening import Tonight, Trailer
from webui.portal.holders import holding_of
from webui.portal.media_files import film_response, may_be_watched
from webui.portal.portal import here, tonight

pages = Blueprint("extras", __name__)

_EACH_TIME = "private, no-cache"
"""Asked for anew: a gate may have closed."""


@dataclass(frozen=True, slots=True)
class ExtraView:
    """One film beside the show, as somebody may have it now."""

    extra: Extra
    film: Trailer
    closed: str = ""
    """Why they may not watch it, and what would help, in the page's language; empty: they may."""


@pages.get("/pass/<capability>/extras/<extra_id>.mp4")
def own(capability: str, extra_id: str) -> Response:
    """A film beside the show, for the holder of that pass; 403 with one sentence if it is not for them."""
    return film_response(_allowed(extra_id, holding_of(capability)).sha256, _EACH_TIME)


@pages.get("/pass/<capability>/extras/<extra_id>/<int:number>.vtt")
def own_words(capability: str, extra_id: str, number: int) -> Response:
    """Its subtitles, for who may have the film."""
    return words_of(_allowed(extra_id, holding_of(capability)), number)


@pages.get("/extras/<extra_id>/<int:number>.vtt")
def free_words(extra_id: str, number: int) -> Response:
    """The same, where it is for everybody."""
    return words_of(_allowed(extra_id, EMPTY_HANDED), number)


@pages.get("/extras/<extra_id>.mp4")
def free(extra_id: str) -> Response:
    """The same, where it is for everybody."""
    return film_response(_allowed(extra_id, EMPTY_HANDED).sha256, _EACH_TIME)


def extras_of(evening: Tonight, holding: Holding) -> list[ExtraView]:
    """All of the evening's, in the order of its manifest; what no licence allows now is left out."""
    found = ((extra, evening.extras.get(extra.id)) for extra in evening.event.extras)
    return [
        ExtraView(extra, film, closed(evening.event, extra, holding))
        for extra, film in found
        if film is not None and may_be_watched(film)
    ]


def closed(event: Event, extra: Extra, holding: Holding) -> str:
    """Why ``extra`` may not be watched now; empty: it may. A clock nobody vouches for closes nothing."""
    now, sure = here().clock.now(), here().clock.trust is not ClockTrust.NONE
    if sure and extra.opens is not None and now < extra.opens:
        return str(gettext("From %(date)s on.", date=_day(event, extra.opens)))
    if sure and extra.closes is not None and now >= extra.closes:
        return str(gettext("This was here until %(date)s.", date=_day(event, extra.closes)))
    return "" if opens(extra.gate, holding) else gated(event, extra.gate)


def _allowed(extra_id: str, holding: Holding) -> Trailer:
    """The film, if it is for them now; 403 with one sentence else."""
    evening = tonight()
    extra = next((one for one in evening.event.extras if one.id == extra_id), None)
    film = evening.extras.get(extra_id)
    if extra is None or film is None or not may_be_watched(film):
        abort(404)
    why = closed(evening.event, extra, holding)
    if why:
        abort(answer(HTTPStatus.FORBIDDEN, why))
    return film


def _day(event: Event, at: datetime) -> str:
    return day(at.astimezone(event.starts.tzinfo))
