"""Offers: one of a drop for each attendee, while it is open and while there is stock."""

from __future__ import annotations

from enum import StrEnum

from appliance.audience.capability import checked_nonce
from appliance.clock import Clock
from appliance.ids import AttendeeId, ClaimId, EventId, new_id
from appliance.model.event import Drop
from appliance.store.audience_rows import AudienceRows, ClaimRow
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox


class ClaimResult(StrEnum):
    """How asking for one of a drop ended."""

    CLAIMED = "claimed"
    ALREADY = "already"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


def decide(*, is_open: bool, stock: int, taken: int, held: str | None, nonce: str) -> ClaimResult:
    """Decide for one attendee. ``held``: nonce of the claim they have; ``taken``: units of everybody.

    The same tap again is the same act, however late: who was told "yours" is never told otherwise.
    """
    if held is not None:
        return ClaimResult.CLAIMED if held == nonce else ClaimResult.ALREADY
    if not is_open:
        return ClaimResult.CLOSED
    return ClaimResult.CLAIMED if taken < stock else ClaimResult.SOLD_OUT


class Offers:
    """Takes claims, many at once."""

    def __init__(self, rows: AudienceRows, writer: GroupWriter, outbox: Outbox, clock: Clock) -> None:
        """``rows`` as owner; ``writer`` writes the same file."""
        self._rows = rows
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def claim(
        self, event: EventId, drop: Drop, attendee: AttendeeId, nonce: str, *, is_open: bool
    ) -> ClaimResult:
        """Reserve one, and return once it is durable; ``store.not_saved`` if it is not."""
        claim = ClaimRow(ClaimId(new_id()), drop.id, attendee, checked_nonce(nonce), self._clock.now())

        def write(tx: Transaction) -> ClaimResult:
            held = self._rows.nonce_of(tx, event, drop.id, attendee)
            taken = self._rows.taken_within(tx, event, drop.id)
            result = decide(is_open=is_open, stock=drop.stock, taken=taken, held=held, nonce=nonce)
            if result is ClaimResult.CLAIMED and held is None:
                self._rows.add_claim(tx, event, claim)
                self._outbox.fact(tx, "drop_claimed", event, drop=drop.id, claim=claim.id)
            return result

        return self._writer.write(write)
