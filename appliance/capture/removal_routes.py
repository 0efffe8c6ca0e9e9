"""What the portal and the crew may ask about people who do not want to be shown."""

from __future__ import annotations

import msgspec

from appliance.capture.removals import Removals
from appliance.ids import ClipId, EventId
from appliance.ipc.server import Request, Route
from appliance.model.capture import Clip
from appliance.model.removal import Removal, RemovalId


class _Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event: EventId
    asker: str
    clip: ClipId | None = None
    words: str = ""


class _Asker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    asker: str


def removal_routes(removals: Removals) -> tuple[Route, ...]:
    """Routes of the control socket."""

    def ask(request: Request) -> Removal:
        wish = request.decode(_Wish)
        return removals.ask(wish.event, wish.clip, wish.asker, wish.words)

    def take_back(request: Request) -> None:
        removals.take_back(RemovalId(request.parts["id"]), request.decode(_Asker).asker)

    def not_in_it(request: Request) -> Clip:
        return removals.not_in_it(RemovalId(request.parts["id"]), ClipId(request.parts["clip"]))

    return (
        Route("POST", "/removals", ask),
        Route("POST", "/removals/{id}/take-back", take_back),
        Route("POST", "/removals/{id}/not-in/{clip}", not_in_it),
        Route("POST", "/clips/{id}/withdraw", lambda request: removals.withdraw(ClipId(request.parts["id"]))),
    )
