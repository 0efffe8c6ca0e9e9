"""The counter: what is reserved goes into somebody's hands once, and what was paid for it is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from appliance.audience.capability import checked_nonce
from appliance.audience.offers import Offers
from appliance.audience.parcels import Parcels
from appliance.audience.pieces import Pieces
from appliance.audience.tills import Tills
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import ClaimId, new_id
from appliance.model.counter import CounterDone, CounterWish, Customer, Said
from appliance.model.door import Person
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.store.audience_rows import ClaimRow
from appliance.store.database import Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.offer_rows import OfferRows
from appliance.store.outbox import Outbox
from appliance.store.payment_rows import HandOverRow, PaymentRows

UNDO_WITHIN = timedelta(minutes=1)


def may_undo(done: datetime, now: datetime) -> bool:
    """Within a minute; a clock that was set back since makes that no longer."""
    return abs(now - done) <= UNDO_WITHIN


def in_window(drop: Drop, now: datetime) -> Said | None:
    """What keeps a unit from being handed over now; None: nothing."""
    if drop.pick_up_from is not None and now < drop.pick_up_from:
        return Said.NOT_YET
    if drop.pick_up_until is not None and now > drop.pick_up_until:
        return Said.TOO_LATE
    return None


class CounterDesk:
    """Of one box. Safe to use from any thread: stewards press at once, each act is one transaction."""

    def __init__(
        self, offers: Offers, tills: Tills, parcels: Parcels, writer: GroupWriter, outbox: Outbox,
        clock: Clock,
    ) -> None:  # fmt: skip
        """``writer`` writes the file of ``offers``."""
        self._offers = offers
        self._tills = tills
        self._rows = PaymentRows(offers.rows.database)
        self._claims = OfferRows(offers.rows.database)
        self._pieces = Pieces(offers.rows.database, outbox, clock)
        self._parcels = parcels
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def find(self, event: Event, person: Person) -> Customer:
        """What whoever stands there holds and promised."""
        return self._parcels.customer(event, person)

    def hand_over(self, event: Event, wish: CounterWish) -> CounterDone:
        """Give it into their hands, once, with what was paid.

        ``offers.no_such_claim`` if there is none; ``audience.stale_form`` if that press handed over another;
        ``offers.by_parts`` for a bundle.
        """
        checked_nonce(wish.nonce)

        def write(tx: Transaction) -> CounterDone:
            claim, drop = self._found(tx, event, wish.claim)
            if drop.parts:
                raise MatineeError("offers.by_parts")
            pressed = self._rows.handed_by(tx, event.id, wish.nonce)
            if pressed is not None:
                if pressed.claim != claim.id:
                    raise MatineeError("audience.stale_form")
                return self._told(tx, event, claim, Said.UNDONE if pressed.undone else Said.COLLECTED)
            refusal = self._refusal(tx, event, claim, drop, anyway=wish.anyway)
            if refusal is not None:
                return self._told(tx, event, claim, refusal)
            self._hand(tx, event, claim, wish)
            paid = self._tills.take(tx, event, wish, drop, claim).id if wish.way else ""
            return replace(self._told(tx, event, claim, Said.COLLECTED), payment=paid)

        return self._writer.write(write)

    def undo(self, event: Event, hand_over: str, wish: CounterWish) -> CounterDone:
        """Take a hand-over back within a minute, with what was paid in the same press."""

        def write(tx: Transaction) -> CounterDone:
            claim, _ = self._found(tx, event, wish.claim)
            stands = self._rows.handed(event.id, claim.id, tx)
            if stands is None or stands.id != hand_over:
                return self._told(tx, event, claim, Said.UNDONE)
            if not may_undo(stands.at, self._clock.now()):
                return self._told(tx, event, claim, Said.UNDO_TOO_LATE)
            self._take_back(tx, event, stands, "hand_over_undone")
            paid = self._rows.paid_by(tx, event.id, stands.nonce)
            if paid is not None:
                self._tills.give_back(tx, event, paid, wish)
            return self._told(tx, event, claim, Said.UNDONE)

        return self._writer.write(write)

    def take_return(self, event: Event, wish: CounterWish) -> CounterDone:
        """It comes back: its money goes back the way it came, its unit to the next unless it is broken."""

        def write(tx: Transaction) -> CounterDone:
            claim, drop = self._found(tx, event, wish.claim)
            if claim.released:
                return self._told(tx, event, claim, Said.RETURNED)
            if not self._pieces.take_all_back(tx, event.id, claim.id):
                return self._told(tx, event, claim, Said.CREDIT_SPENT)
            stands = self._rows.handed(event.id, claim.id, tx)
            if stands is not None:
                self._take_back(tx, event, stands, "returned")
            for paid in self._rows.standing(tx, event.id, claim.id):
                self._tills.give_back(tx, event, paid, wish)
            self._offers.release(tx, event.id, drop, claim, broken=wish.broken, staff=wish.staff)
            return self._told(tx, event, claim, Said.RETURNED)

        return self._writer.write(write)

    def exchange(self, event: Event, wish: CounterWish) -> CounterDone:
        """For another kind of the same, at the same price; what was paid stays with it."""
        checked_nonce(wish.nonce)

        def write(tx: Transaction) -> CounterDone:
            claim, drop = self._found(tx, event, wish.claim)
            done = self._claims.claim_of_nonce(tx, event.id, drop.id, claim.attendee, wish.nonce)
            if done is not None:
                return self._told(tx, event, done, Said.EXCHANGED)
            if claim.released:
                return self._told(tx, event, claim, Said.GIVEN_BACK)
            fresh = self._offers.exchanged(tx, event.id, drop, claim, wish)
            if fresh is None:
                return self._told(tx, event, claim, Said.GONE)
            stands = self._rows.handed(event.id, claim.id, tx)
            if stands is not None:
                self._take_back(tx, event, stands, "returned")
                self._hand(tx, event, fresh, wish)
            self._tills.carry_over(tx, event, claim, fresh, wish)
            return self._told(tx, event, fresh, Said.EXCHANGED)

        return self._writer.write(write)

    def _refusal(
        self, tx: Transaction, event: Event, claim: ClaimRow, drop: Drop, *, anyway: bool
    ) -> Said | None:
        if claim.released:
            return Said.GIVEN_BACK
        if self._rows.handed(event.id, claim.id, tx) is not None:
            return Said.ALREADY
        return None if anyway else in_window(drop, self._clock.now())

    def _hand(self, tx: Transaction, event: Event, claim: ClaimRow, wish: CounterWish) -> None:
        if self._rows.handed_by(tx, event.id, wish.nonce) is not None:
            raise MatineeError("audience.stale_form")
        row = HandOverRow(new_id(), claim.id, wish.desk, wish.nonce, wish.staff, self._clock.now())
        self._rows.hand_over(tx, event.id, row)
        self._outbox.fact(tx, "handed_over", event.id, drop=claim.drop, claim=claim.id, hand_over=row.id)

    def _take_back(self, tx: Transaction, event: Event, stands: HandOverRow, kind: str) -> None:
        self._rows.take_back(tx, stands.id, self._clock.now())
        self._outbox.fact(tx, kind, event.id, claim=stands.claim, hand_over=stands.id)

    def _found(self, tx: Transaction, event: Event, claim: str) -> tuple[ClaimRow, Drop]:
        row = self._claims.claim(event.id, ClaimId(claim), tx)
        if row is None:
            raise MatineeError("offers.no_such_claim")
        try:
            return row, event.drop(row.drop)
        except KeyError as gone:
            raise MatineeError("offers.no_such_claim") from gone

    def _told(self, tx: Transaction, event: Event, claim: ClaimRow, said: Said) -> CounterDone:
        return CounterDone(said, self._clock.now(), self._parcels.of(event, claim, tx))
