"""The show for programs, beyond its verbs: places, items, cues, changes. JSON under ``/api/v1/show``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from flask import Blueprint
from flask.typing import ResponseReturnValue
from msgspec import Meta

from appliance.ids import CueId, ItemId
from appliance.model.change import Change
from appliance.model.viewing import Viewing
from webui.console.console import here
from webui.console.guard import staff_only
from webui.console.json_body import said, told

pages = Blueprint("show_api", __name__, url_prefix="/api/v1/show")


class Place(msgspec.Struct, frozen=True):
    """Where to go in the film, or in a timed card. ``visit`` is the one that was seen."""

    position_ms: Annotated[int, Meta(ge=0)]
    nonce: str | None = None
    visit: int | None = None


class Seen(msgspec.Struct, frozen=True):
    """The same nonce twice is one act; at another visit than this one it is refused."""

    nonce: str | None = None
    visit: int | None = None


class Volume(msgspec.Struct, frozen=True):
    """For the whole show: 0 silent, 1 full."""

    level: Annotated[float, Meta(ge=0, le=1)]
    nonce: str | None = None


class ViewingWish(msgspec.Struct, frozen=True):
    """How tonight's films are read and heard; what is null stays as it was."""

    viewing: Viewing
    nonce: str | None = None


class CalloutWish(msgspec.Struct, frozen=True):
    """Words over what is on, until the next item; an empty text takes them off."""

    text: str = ""
    over: str = ""
    nonce: str | None = None


class ChangeWish(msgspec.Struct, frozen=True):
    """A change of the programme or its times."""

    change: Change
    nonce: str | None = None


class ClockWish(msgspec.Struct, frozen=True):
    """The time by a phone's clock; null: the one that this box shows is right."""

    at: Annotated[datetime, Meta(tz=True)] | None = None
    nonce: str | None = None


OPERATIONS: dict[str, tuple[str, type]] = {
    "seek": ("Go to a place in the film, or in a timed card", Place),
    "volume": ("Volume by hand, for the whole show", Volume),
    "viewing": ("Choose subtitles, sound, relaxed or not, for the whole show", ViewingWish),
    "callout": ("Put words over what is on, or take them off", CalloutWish),
    "change": ("Change the programme, or start later", ChangeWish),
    "clock": ("Say what time it is, or that this box shows the right time", ClockWish),
    "items/{item}/enter": ("Go to an item, whatever is on", Seen),
    "cues/{cue}/fire": ("Fire a cue by name", Seen),
    "triggers/{trigger}": ("Say something from outside: fire what waits for it", Seen),
}
"""What stands in openapi.json, by path under /api/v1/show/."""


@pages.post("/seek")
@staff_only()
def seek() -> ResponseReturnValue:
    """Go to a place."""
    body = said(Place)
    return told(here().show.seek(body.position_ms, body.nonce, body.visit))


@pages.post("/volume")
@staff_only()
def volume() -> ResponseReturnValue:
    """Volume by hand."""
    body = said(Volume)
    return told(here().show.volume(body.level, body.nonce))


@pages.post("/viewing")
@staff_only()
def viewing() -> ResponseReturnValue:
    """Choose subtitles and sound."""
    body = said(ViewingWish)
    return told(here().show.choose(body.viewing, body.nonce))


@pages.post("/callout")
@staff_only()
def callout() -> ResponseReturnValue:
    """Words over what is on."""
    body = said(CalloutWish)
    return told(here().show.call_out(body.text, body.over, body.nonce))


@pages.post("/change")
@staff_only()
def change() -> ResponseReturnValue:
    """Change the programme or its times."""
    body = said(ChangeWish)
    return told(here().show.change(body.change, body.nonce))


@pages.post("/clock")
@staff_only()
def clock() -> ResponseReturnValue:
    """Believe a person's clock, or this box's."""
    body = said(ClockWish)
    return told(here().show.believe_clock(body.nonce, body.at))


@pages.post("/items/<item>/enter")
@staff_only()
def enter(item: str) -> ResponseReturnValue:
    """Go to an item."""
    body = said(Seen)
    return told(here().show.enter(ItemId(item), body.nonce, body.visit))


@pages.post("/cues/<cue>/fire")
@staff_only()
def fire(cue: str) -> ResponseReturnValue:
    """Fire a cue."""
    return told(here().show.fire(CueId(cue), said(Seen).nonce))


@pages.post("/triggers/<trigger>")
@staff_only()
def trigger(trigger: str) -> ResponseReturnValue:
    """Fire what waits for ``trigger``."""
    return told(here().show.trigger(trigger, said(Seen).nonce))
