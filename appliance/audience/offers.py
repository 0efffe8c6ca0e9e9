"""Offers: one of a drop for each attendee, while it is open and there is stock; else a place in line."""

from __future__ import annotations

from enum import StrEnum

from appliance.audience.capability import checked_nonce
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, ClaimId, DropId, EventId, new_id, new_secret
from appliance.model.arms import arms_told
from appliance.model.counter import CounterWish
from appliance.model.drop import Drop
from appliance.store.audience_rows import AudienceRows, ClaimRow
from appliance.store.bundle_rows import BundleRows, PieceRow
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.offer_rows import OfferRows, WaitingRow
from appliance.store.outbox import Outbox

MOST_UNITS = 100_000
"""That one edit may add or take away."""


class ClaimResult(StrEnum):
    """How asking for one of a drop ended."""

    CLAIMED = "claimed"
    ALREADY = "already"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"
    MEMBERS_FIRST = "members_first"
    LOCKED = "locked"
    """It is for others: members, or who came more often."""
    ELSEWHERE = "elsewhere"
    """It is for other regions."""
    WAITING = "waiting"
    GIVEN_BACK = "given_back"
    """Just now, or before: an old tap never takes another one."""


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
    """Takes claims, many at once. Each act is one transaction with its facts, durable before it is told."""

    def __init__(self, rows: AudienceRows, writer: GroupWriter, outbox: Outbox, clock: Clock) -> None:
        """``rows`` as owner; ``writer`` writes the same file."""
        self._audience = rows
        self.rows = OfferRows(rows.database)
        self._bundles = BundleRows(rows.database)
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def claim(
        self, event: EventId, drop: Drop, attendee: AttendeeId, nonce: str, *, is_open: bool,
        variant: str = "",
    ) -> ClaimResult:  # fmt: skip
        """Reserve one, and return once it is durable; ``store.not_saved`` if it is not."""
        _known(drop, variant)
        claim = self._fresh(drop, variant, attendee, checked_nonce(nonce))

        def write(tx: Transaction) -> ClaimResult:
            said = self.rows.claim_of_nonce(tx, event, drop.id, attendee, nonce)
            if said is not None:
                return ClaimResult.GIVEN_BACK if said.released else ClaimResult.CLAIMED
            self._serve(tx, event, drop, variant)
            held = self.rows.held(tx, event, drop.id, attendee)
            stock, taken = self._pile(tx, event, drop, variant)
            result = decide(
                is_open=is_open, stock=stock, taken=taken, held=held.nonce if held else None, nonce=nonce
            )
            if result is ClaimResult.CLAIMED:
                self._give(tx, event, drop, claim)
                self._leave_line(tx, event, drop.id, attendee)
            return result

        return self._writer.write(write)

    def wait(
        self, event: EventId, drop: Drop, attendee: AttendeeId, nonce: str, *, is_open: bool,
        variant: str = "",
    ) -> ClaimResult:  # fmt: skip
        """Stand in line for one that may come free; if one is free, it is theirs at once."""
        _known(drop, variant)
        line = WaitingRow(0, attendee, checked_nonce(nonce), variant)

        def write(tx: Transaction) -> ClaimResult:
            if self.rows.held(tx, event, drop.id, attendee) is not None:
                return ClaimResult.ALREADY
            again = self.rows.asked_to_wait(tx, event, drop.id, attendee, nonce)
            if again is not None:
                return ClaimResult.GIVEN_BACK if again.ended else ClaimResult.WAITING
            if self.rows.in_line(tx, event, drop.id, attendee) is not None:
                return ClaimResult.WAITING
            if not is_open or not drop.waiting_list:
                return ClaimResult.CLOSED
            self.rows.wait(tx, event, drop.id, line, self._clock.now())
            self._outbox.fact(tx, "drop_waited", event, drop=drop.id, variant=variant)
            served = self._serve(tx, event, drop, variant)
            return ClaimResult.CLAIMED if attendee in served else ClaimResult.WAITING

        return self._writer.write(write)

    def give_back(self, event: EventId, drop: Drop, attendee: AttendeeId) -> ClaimResult:
        """Give back what is not collected yet, or leave the line: whoever waits longest gets it at once.

        ``offers.collected`` if it was handed over; given back again, it is given back.
        """

        def write(tx: Transaction) -> ClaimResult:
            self._leave_line(tx, event, drop.id, attendee)
            held = self.rows.held(tx, event, drop.id, attendee)
            if held is not None:
                self.release(tx, event, drop, held)
            return ClaimResult.GIVEN_BACK

        return self._writer.write(write)

    def release(
        self, tx: Transaction, event: EventId, drop: Drop, held: ClaimRow, *, broken: bool = False,
        staff: str = "",
    ) -> None:  # fmt: skip
        """Within an act: its unit is free for the next, or out of stock if it is ``broken``.

        ``offers.collected`` if it is in somebody's hands.
        """
        if self.rows.collected(tx, held.id):
            raise MatineeError("offers.collected")
        self._free(tx, event, drop, held, broken=broken, staff=staff)
        for pile, kind in _piles(drop, held.variant):
            self._serve(tx, event, pile, kind)

    def exchanged(
        self, tx: Transaction, event: EventId, drop: Drop, held: ClaimRow, wish: CounterWish
    ) -> ClaimRow | None:
        """Within an act: return the other kind, in place of ``held``; None if none of it is left.

        ``offers.by_parts`` for a bundle.
        """
        _known(drop, wish.variant)
        if drop.parts:
            raise MatineeError("offers.by_parts")
        stock, taken = self._pile(tx, event, drop, wish.variant)
        if taken >= stock:
            return None
        self._free(tx, event, drop, held, broken=wish.broken, staff=wish.staff)
        fresh = self._fresh(drop, wish.variant, held.attendee, wish.nonce)
        self._give(tx, event, drop, fresh)
        self._serve(tx, event, drop, held.variant)
        return fresh

    def edit_stock(
        self, event: EventId, drop: Drop, units: int, nonce: str, staff: str, variant: str = ""
    ) -> int:
        """``units`` more, or fewer; return what is left. Who waits is served first.

        ``offers.stock_taken`` if so many are not there any more; ``offers.bad_units`` for no number;
        ``audience.stale_form`` if that press changed another pile, or by another number.
        """
        _known(drop, variant)
        checked_nonce(nonce)
        if units == 0 or abs(units) > MOST_UNITS:
            raise MatineeError("offers.bad_units", most=MOST_UNITS)

        def write(tx: Transaction) -> int:
            edited = self.rows.edited(tx, event, nonce)
            if edited and edited != (drop.id, variant, units):
                raise MatineeError("audience.stale_form")
            if not edited:
                stock, taken = self._own(tx, event, drop, variant)
                if stock + units < taken and units < 0:
                    raise MatineeError("offers.stock_taken", left=max(0, stock - taken))
                pile = (drop.id, variant)
                self.rows.edit(tx, event, pile, units, nonce, staff, self._clock.now())
                self._outbox.fact(tx, "stock_edited", event, drop=drop.id, variant=variant, units=units)
                self._serve(tx, event, drop, variant)
            stock, taken = self._pile(tx, event, drop, variant)
            return max(0, stock - taken)

        return self._writer.write(write)

    def switch(self, event: EventId, drop: DropId, state: str, nonce: str, staff: str) -> None:
        """Open it or close it by hand, or leave it to the cues: ``open``, ``closed``, ``cues``.

        ``audience.stale_form`` if that press was for another offer, or another state.
        """
        if state not in {"open", "closed", "cues"}:
            raise MatineeError("offers.no_such_state")

        def write(tx: Transaction) -> None:
            now = self._clock.now()
            if self.rows.switch(tx, event, drop, state, checked_nonce(nonce), staff, now):
                self._outbox.fact(tx, "drop_switched", event, drop=drop, state=state)
            elif self.rows.switched(tx, event, nonce) != (drop, state):
                raise MatineeError("audience.stale_form")

        self._writer.write(write)

    def _free(
        self, tx: Transaction, event: EventId, drop: Drop, held: ClaimRow, *, broken: bool, staff: str
    ) -> None:
        now = self._clock.now()
        self.rows.release(tx, held.id, now)
        self._outbox.fact(tx, "drop_released", event, drop=held.drop, claim=held.id)
        if not broken:
            return
        things = [(pile.id, kind) for pile, kind in _piles(drop, held.variant)]
        for at, pile in enumerate(things[1:] or things):  # of a bundle it is the things that broke
            self.rows.edit(tx, event, pile, -1, f"broken:{held.id}" + (f":{at}" if at else ""), staff, now)
            self._outbox.fact(tx, "stock_edited", event, drop=pile[0], variant=pile[1], units=-1)

    def _own(self, tx: Transaction, event: EventId, drop: Drop, variant: str) -> tuple[int, int]:
        stock = (drop.stock_of(variant) or 0) + self.rows.edits(event, drop.id, variant, tx)
        return stock, self.rows.taken(event, drop.id, variant, tx)

    def _pile(self, tx: Transaction, event: EventId, drop: Drop, variant: str) -> tuple[int, int]:
        """Stock and taken; of a bundle, no more than its scarcest part allows."""
        (stock, taken), *parts = (self._own(tx, event, *pile) for pile in _piles(drop, variant))
        return min([stock, *(taken + max(0, there - gone) for there, gone in parts)]), taken

    def _give(self, tx: Transaction, event: EventId, drop: Drop, claim: ClaimRow) -> None:
        self._audience.add_claim(tx, event, claim)
        arms = arms_told(drop, event, claim.attendee)
        self._outbox.fact(
            tx, "drop_claimed", event, drop=claim.drop, claim=claim.id, variant=claim.variant, **arms
        )
        for part in drop.parts:
            of, kind = (part.of.id if part.of else DropId("")), part.kind_for(claim.variant)
            piece = PieceRow(
                new_id(), event, claim.id, part.id, part.named(claim.variant), part.kind, of, kind,
                part.credit_minor, drop.currency,
            )  # fmt: skip
            self._bundles.add(tx, piece)
            self._outbox.fact(
                tx, "part_claimed", event, claim=claim.id, piece=piece.id, part=part.id, drop=of,
                variant=kind, credit_minor=part.credit_minor, currency=drop.currency,
            )  # fmt: skip

    def _serve(self, tx: Transaction, event: EventId, drop: Drop, variant: str) -> set[AttendeeId]:
        """Give what is free to who waits, in the order they came."""
        served: set[AttendeeId] = set()
        stock, taken = self._pile(tx, event, drop, variant)
        while taken < stock and (first := self.rows.first_in_line(tx, event, drop.id, variant)) is not None:
            self.rows.end_waiting(tx, first.seq, self._clock.now())
            self._give(tx, event, drop, self._fresh(drop, variant, first.attendee, new_secret()))
            served.add(first.attendee)
            taken += 1
        return served

    def _leave_line(self, tx: Transaction, event: EventId, drop: DropId, attendee: AttendeeId) -> None:
        line = self.rows.in_line(tx, event, drop, attendee)
        if line is not None:
            self.rows.end_waiting(tx, line.seq, self._clock.now())

    def _fresh(self, drop: Drop, variant: str, attendee: AttendeeId, nonce: str) -> ClaimRow:
        return ClaimRow(ClaimId(new_id()), drop.id, attendee, nonce, self._clock.now(), variant)


def _piles(drop: Drop, variant: str) -> list[tuple[Drop, str]]:
    """Its own pile, and those that its parts come from."""
    parts = [(part.of, part.kind_for(variant)) for part in drop.parts if part.of is not None]
    return [(drop, variant), *parts]


def _known(drop: Drop, variant: str) -> None:
    if drop.stock_of(variant) is None:
        raise MatineeError("offers.no_such_variant")
