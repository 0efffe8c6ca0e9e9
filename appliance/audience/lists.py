"""Guest lists and tickets as the portal keeps them: sealed names, hashed secrets, who of them is inside."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.model.door import GuestKey, Guests, NewGuest, TicketAnswer, TicketWork
from appliance.store.database import Transaction
from appliance.store.door_rows import DoorRows
from appliance.store.group_commit import GroupWriter
from appliance.store.guest_rows import GuestRows

MOST_AT_ONCE = 500
"""Lines in one transaction."""
PRETIX = "pretix"
CSV = "csv"
GONE = "no longer on the shop's list"
"""Why a ticket lets nobody in that its shop does not name any more."""


class Lists:
    """Of one box. Safe to use from any thread."""

    def __init__(self, guests: GuestRows, door: DoorRows, writer: GroupWriter, clock: Clock) -> None:
        """Rows as owner; ``writer`` writes the same file."""
        self._guests = guests
        self._door = door
        self._writer = writer
        self._clock = clock

    def key(self) -> GuestKey:
        """What names are sealed to; empty before the stewards have a passphrase."""
        return self._guests.key()

    def set_key(self, key: GuestKey) -> None:
        """Seal to ``key`` from now on. Lists sealed to an older one go: nobody could read them."""
        at = self._clock.now()
        self._writer.write(lambda tx: self._guests.set_key(tx, key, at))

    def take(self, event: EventId, guests: Sequence[NewGuest]) -> int:
        """Add or bring up to date; return how many are new. ``door.no_list_key`` before there is a key."""
        if not self._guests.key().recipient:
            raise MatineeError("door.no_list_key")

        def write(tx: Transaction) -> int:
            return self._guests.take(tx, event, guests, weaker=CSV)

        return self._writer.write(write)

    def all(self, event: EventId) -> Guests:
        """Everybody on a list, and who of them is inside."""
        return Guests(self._guests.key(), self._guests.lines(event, self._door.inside_since(event)))

    def keep_tickets(self, event: EventId, numbers: Sequence[str]) -> None:
        """Of the shop's tickets only ``numbers`` stay good, and those of people who came already."""
        self._writer.write(lambda tx: self._guests.keep(tx, event, PRETIX, numbers, GONE))

    def ticket_work(self, event: EventId | None) -> TicketWork:
        """What the ticket shop was not told yet, of any evening; and what it refused of ``event``."""
        refused = () if event is None else self._guests.refused(event)
        return TicketWork(event or "", self._guests.key(), self._guests.waiting(PRETIX), refused)

    def answered(self, answers: Sequence[TicketAnswer]) -> None:
        """Keep what the shop said."""
        at = self._clock.now()
        self._writer.write(lambda tx: self._guests.answered(tx, answers, at))
