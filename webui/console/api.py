"""The show for programs: JSON under ``/api/v1``. Faults are RFC 9457 problem details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec
from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.ipc import codec
from appliance.model.programme import HouseLights
from appliance.model.show_view import Verb
from appliance.store.console_rows import Role
from webui.console.console import here
from webui.console.guard import signed_in, staff_only
from webui.console.openapi import document
from webui.console.remote import press

Body = TypeVar("Body")

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
    return _json(document(SessionView, Press, LightsWish))


@pages.get("/session")
@staff_only(frozenset(Role))
def session() -> ResponseReturnValue:
    """Who asks."""
    found = signed_in()
    return _json(SessionView(found.staff.role, found.csrf))


@pages.get("/show")
@staff_only()
def show() -> ResponseReturnValue:
    """Where the show stands."""
    return _json(here().show.status())


@pages.post("/show/lights")
@staff_only()
def lights() -> ResponseReturnValue:
    """House lights by hand, until the next item."""
    wish = _body(LightsWish)
    return _json(here().show.lights(wish.lights, wish.level, wish.fade_s))


@pages.post("/show/<verb>")
@staff_only()
def verb(verb: str) -> ResponseReturnValue:
    """Carry out a verb; answers where the show then stands."""
    if verb not in set(Verb):
        raise MatineeError("console.no_such_verb", verb=verb)
    body = _body(Press)
    press(Verb(verb), body.nonce, body.visit)
    return _json(here().show.status())


@pages.post("/capture/mark")
@staff_only()
def mark() -> ResponseReturnValue:
    """Mark this moment; its clip follows."""
    return _json(here().capture.mark("operator"))


@pages.get("/clips")
@staff_only()
def clips() -> ResponseReturnValue:
    """Every clip of this box, the newest first."""
    return _json(here().capture.clips())


@pages.post("/clips/<clip>/approve")
@staff_only()
def approve(clip: str) -> ResponseReturnValue:
    """Let a clip be shown and leave the box."""
    return _json(here().capture.approve(ClipId(clip)))


@pages.get("/sync")
@staff_only()
def sync() -> ResponseReturnValue:
    """What waits for the bucket."""
    return _json(here().sync.status())


def _body(kind: type[Body]) -> Body:
    try:
        return codec.decode(request.get_data() or b"{}", kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
        raise BadRequest(str(wrong)) from wrong


def _json(answer: object) -> Response:
    response = make_response(msgspec.json.encode(answer))
    response.mimetype = "application/json"
    return response
