"""Ask the portal: it alone writes what happens at the door."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from appliance.ipc.client import ControlClient, part
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
from appliance.paths import Paths, Service

_LINES_AT_ONCE = 200
"""Well below what one request may hold."""


class _Taken(msgspec.Struct, frozen=True):
    new: int = 0


class PortalClient:
    """What stewards' pages, and the way to the ticket shop, may ask of the portal."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked. Each raises what ``ControlClient.ask`` raises."""
        self._control = ControlClient(paths, Service.PORTAL, timeout_s=12.0)

    def door(self) -> DoorView:
        """How full it is."""
        return self._control.ask("GET", "/door", DoorView)

    def look(self, text: str) -> Person:
        """Who that is, without letting them in."""
        return self._control.ask("POST", "/door/look", Person, {"text": text})

    def enter(self, wish: DoorWish) -> DoorDone:
        """Let somebody in."""
        return self._control.ask("POST", "/door/enter", DoorDone, wish)

    def walk_in(self, wish: DoorWish) -> DoorDone:
        """Let in somebody who has nothing."""
        return self._control.ask("POST", "/door/walk-in", DoorDone, wish)

    def leave(self, wish: DoorWish) -> DoorDone:
        """Somebody goes out."""
        return self._control.ask("POST", "/door/leave", DoorDone, wish)

    def undo(self, act: str, wish: DoorWish) -> DoorDone:
        """Take an act back."""
        return self._control.ask("POST", f"/door/undo/{part(act)}", DoorDone, wish)

    def guests(self) -> Guests:
        """Every list of tonight, sealed."""
        return self._control.ask("GET", "/door/guests", Guests)

    def add_guests(self, guests: Sequence[NewGuest]) -> int:
        """Add lines, or bring them up to date; return how many are new."""
        return sum(
            self._control.ask(
                "POST", "/door/guests", _Taken, {"guests": guests[at : at + _LINES_AT_ONCE]}
            ).new
            for at in range(0, len(guests), _LINES_AT_ONCE)
        )

    def keep_tickets(self, numbers: Sequence[str]) -> None:
        """The ticket shop has these of tonight's tickets, by their numbers there, and no others any more."""
        self._control.ask("POST", "/door/tickets/kept", _Taken, {"numbers": numbers})

    def set_guest_key(self, key: GuestKey) -> None:
        """Seal names to ``key`` from now on."""
        self._control.ask("POST", "/door/guest-key", _Taken, key)

    def ticket_work(self) -> TicketWork:
        """What the ticket shop was not told yet."""
        return self._control.ask("GET", "/door/tickets", TicketWork)

    def tickets_answered(self, answers: Sequence[TicketAnswer]) -> None:
        """What the shop said."""
        self._control.ask("POST", "/door/tickets", _Taken, {"answers": answers})
