"""The show for programs: JSON under ``/api/v1``. Faults are RFC 9457 problem details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.model.programme import HouseLights
from appliance.model.show_view import Verb
from appliance.store.console_rows import Role
from webui.console.console import here
from webui.console.guard import signed_in, staff_only
from webui.console.json_body import said, told
from webui.console.openapi import document
from webui.console.remote import press

pages = Blueprint("api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class SessionView:
    """Who is signed in; ``csrf`` goes into the header ``X-CSRF-Token`` of every POST."""

    role: Role
    csrf: str


@dataclass(frozen=True, slots=True)
class Press:
    """A verb's body. The same nonce twice is one act."""

    nonce: str | None = None
    visit: int | None = None
    """The visit that was seen (``ShowView.visit``): refused if the show has moved on."""


@dataclass(frozen=True, slots=True)
class LightsWish:
    """House lights by hand; a dimmer ``level`` of 0 to 1 counts before the look."""

    lights: HouseLights
    level: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    fade_s: Annotated[float, msgspec.Meta(ge=0, le=600)] | None = None


@pages.get("/openapi.json")
def openapi() -> Response:
    """Describe what exists here."""
    return told(document(SessionView, Press, LightsWish))


@pages.get("/session")
@staff_only(frozenset(Role))
def session() -> ResponseReturnValue:
    """Who asks."""
    found = signed_in()
    return told(SessionView(found.staff.role, found.csrf))


@pages.get("/show")
@staff_only()
def show() -> ResponseReturnValue:
    """Where the show stands."""
    return told(here().show.status())


@pages.post("/show/lights")
@staff_only()
def lights() -> ResponseReturnValue:
    """House lights by hand, until the next item."""
    wish = said(LightsWish)
    return told(here().show.lights(wish.lights, wish.level, wish.fade_s))


@pages.post("/show/<verb>")
@staff_only()
def verb(verb: str) -> ResponseReturnValue:
    """Carry out a verb; answers where the show then stands."""
    if verb not in set(Verb):
        raise MatineeError("console.no_such_verb", verb=verb)
    body = said(Press)
    press(Verb(verb), body.nonce, body.visit)
    return told(here().show.status())


@pages.post("/capture/mark")
@staff_only()
def mark() -> ResponseReturnValue:
    """Mark this moment; its clip follows."""
    return told(here().capture.mark("operator"))


@pages.get("/clips")
@staff_only()
def clips() -> ResponseReturnValue:
    """Every clip of this box, the newest first."""
    return told(here().capture.clips())


@pages.post("/clips/<clip>/approve")
@staff_only()
def approve(clip: str) -> ResponseReturnValue:
    """Let a clip be shown and leave the box."""
    return told(here().capture.approve(ClipId(clip)))


@pages.get("/sync")
@staff_only()
def sync() -> ResponseReturnValue:
    """What waits for the bucket."""
    return told(here().sync.status())
