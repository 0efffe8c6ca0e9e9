"""What the portal answers at its control socket: the verbs of the door. It alone writes its rows."""

from __future__ import annotations

import msgspec

from appliance.audience.desk import Desk
from appliance.errors import MatineeError
from appliance.ipc.server import Request, Route
from appliance.model.door import (
    DoorDone,
    DoorView,
    DoorWish,
    GuestKey,
    Guests,
    NewGuest,
    Person,
    TicketAnswer,
    TicketWork,
)
from appliance.model.event import Event
from webui.portal.evening import EventSource


class Shown(msgspec.Struct, frozen=True):
    """Body of ``POST /door/look``."""

    text: str


class Taken(msgspec.Struct, frozen=True):
    """How many lines are new."""

    new: int = 0


class Lines(msgspec.Struct, frozen=True):
    """Body of ``POST /door/guests``."""

    guests: tuple[NewGuest, ...]


class Answers(msgspec.Struct, frozen=True):
    """Body of ``POST /door/tickets``."""

    answers: tuple[TicketAnswer, ...]


class Kept(msgspec.Struct, frozen=True):
    """Body of ``POST /door/tickets/kept``."""

    numbers: tuple[str, ...]


def door_routes(desk: Desk, events: EventSource) -> list[Route]:
    """Every act is durable before it is answered; the same nonce again is the same act."""
    verbs, lists = _Verbs(desk, events), _Lists(desk, events)
    return [
        Route("GET", "/door", verbs.view),
        Route("POST", "/door/look", verbs.look),
        Route("POST", "/door/enter", verbs.enter),
        Route("POST", "/door/walk-in", verbs.walk_in),
        Route("POST", "/door/leave", verbs.leave),
        Route("POST", "/door/undo/{act}", verbs.undo),
        Route("GET", "/door/guests", lists.guests),
        Route("POST", "/door/guests", lists.take),
        Route("POST", "/door/guest-key", lists.seal),
        Route("GET", "/door/tickets", lists.work),
        Route("POST", "/door/tickets", lists.answered),
        Route("POST", "/door/tickets/kept", lists.kept),
    ]


def _tonight(events: EventSource) -> Event:
    evening = events.tonight()
    if evening is None:
        raise MatineeError("portal.no_event")
    return evening.event


class _Verbs:
    """What stewards do."""

    def __init__(self, desk: Desk, events: EventSource) -> None:
        self._door = desk.door
        self._events = events

    def view(self, _request: Request) -> DoorView:
        evening = self._events.tonight()
        return DoorView() if evening is None else self._door.view(evening.event)

    def look(self, request: Request) -> Person:
        return self._door.look(_tonight(self._events), request.decode(Shown).text)

    def enter(self, request: Request) -> DoorDone:
        return self._door.enter(_tonight(self._events), request.decode(DoorWish))

    def walk_in(self, request: Request) -> DoorDone:
        return self._door.walk_in(_tonight(self._events), request.decode(DoorWish))

    def leave(self, request: Request) -> DoorDone:
        return self._door.leave(_tonight(self._events), request.decode(DoorWish))

    def undo(self, request: Request) -> DoorDone:
        return self._door.undo(_tonight(self._events), request.parts["act"], request.decode(DoorWish))


class _Lists:
    """Guest lists and tickets."""

    def __init__(self, desk: Desk, events: EventSource) -> None:
        self._lists = desk.lists
        self._events = events

    def guests(self, _request: Request) -> Guests:
        evening = self._events.tonight()
        return Guests(self._lists.key()) if evening is None else self._lists.all(evening.event.id)

    def take(self, request: Request) -> Taken:
        return Taken(self._lists.take(_tonight(self._events).id, request.decode(Lines).guests))

    def seal(self, request: Request) -> Taken:
        self._lists.set_key(request.decode(GuestKey))
        return Taken()

    def work(self, _request: Request) -> TicketWork:
        evening = self._events.tonight()
        return self._lists.ticket_work(None if evening is None else evening.event.id)

    def answered(self, request: Request) -> Taken:
        self._lists.answered(request.decode(Answers).answers)
        return Taken()

    def kept(self, request: Request) -> Taken:
        self._lists.keep_tickets(_tonight(self._events).id, request.decode(Kept).numbers)
        return Taken()
