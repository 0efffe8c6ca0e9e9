"""Bundles at the counter: each part is handed over or used once, a credit is spent in steps."""

from __future__ import annotations

from dataclasses import replace

from appliance.audience.capability import checked_nonce
from appliance.audience.counter import in_window, may_undo
from appliance.audience.parcels import Parcels
from appliance.audience.pieces import Pieces
from appliance.audience.tills import Tills
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model import money
from appliance.model.counter import CounterDone, CounterWish, Said
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.store.audience_rows import ClaimRow
from appliance.store.bundle_rows import PieceRow
from appliance.store.database import Database, Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.offer_rows import OfferRows
from appliance.store.payment_rows import PaymentRows


class Bundles:
    """Of one box. Safe to use from any thread; each act is one transaction with its facts."""

    def __init__(
        self, database: Database, tills: Tills, parcels: Parcels, pieces: Pieces, writer: GroupWriter,
        clock: Clock,
    ) -> None:  # fmt: skip
        """All of one file, which ``writer`` writes."""
        self._claims = OfferRows(database)
        self._payments = PaymentRows(database)
        self._tills = tills
        self._parcels = parcels
        self._pieces = pieces
        self._writer = writer
        self._clock = clock

    def hand_part(self, event: Event, wish: CounterWish) -> CounterDone:
        """Give a thing into their hands, or let an experience begin: once.

        What ``wish.way`` says is received for the whole bundle, if nothing was yet. ``offers.no_such_claim``
        if there is no such part; ``audience.stale_form`` if that press handed over another.
        """
        checked_nonce(wish.nonce)

        def write(tx: Transaction) -> CounterDone:
            piece = self._pieces.found(tx, wish.piece, credit=False)
            claim, drop = self._of(tx, event, piece)
            pressed = self._pieces.pressed(tx, event.id, wish.nonce, piece.id)
            if pressed is not None:
                return self._told(tx, event, piece, Said.UNDONE if pressed.undone else Said.COLLECTED)
            if self._pieces.rows.uses(piece.id, tx):
                return self._told(tx, event, piece, Said.ALREADY)
            refusal = None if wish.anyway else in_window(drop, self._clock.now())
            if refusal is not None:
                return self._told(tx, event, piece, refusal)
            self._pieces.use(tx, event.id, piece, wish, 0)
            paid = ""
            if wish.way and not self._payments.standing(tx, event.id, claim.id):
                paid = self._tills.take(tx, event, replace(wish, amount=""), drop, claim).id
            return replace(self._told(tx, event, piece, Said.COLLECTED), payment=paid)

        return self._writer.write(write)

    def spend(self, event: Event, wish: CounterWish) -> CounterDone:
        """Take ``wish.amount`` off a credit, of this evening or an earlier one; never more than is left.

        ``money.not_an_amount``, ``offers.bad_promise`` for nothing, else as ``hand_part``.
        """
        checked_nonce(wish.nonce)

        def write(tx: Transaction) -> CounterDone:
            piece = self._pieces.found(tx, wish.piece, credit=True)
            amount = money.parse(wish.amount, piece.currency)
            if not amount:
                raise MatineeError("offers.bad_promise")
            pressed = self._pieces.pressed(tx, event.id, wish.nonce, piece.id)
            if pressed is not None:
                if pressed.amount_minor != amount:
                    raise MatineeError("audience.stale_form")
                return self._told(tx, event, piece, Said.UNDONE if pressed.undone else Said.SPENT)
            if not self._settled(tx, event, piece):
                return self._told(tx, event, piece, Said.UNPAID)
            if amount > self._pieces.left(tx, piece):
                return self._told(tx, event, piece, Said.NOT_ENOUGH)
            self._pieces.use(tx, event.id, piece, wish, amount)
            return self._told(tx, event, piece, Said.SPENT)

        return self._writer.write(write)

    def undo(self, event: Event, use: str, wish: CounterWish) -> CounterDone:
        """Take a press of tonight back within a minute, with what was paid in it.

        Money that some credit was spent of stays: that is taken back first.
        """

        def write(tx: Transaction) -> CounterDone:
            stands = self._pieces.rows.use_of_id(tx, event.id, use)
            piece = None if stands is None else self._pieces.rows.piece(tx, stands.piece)
            if stands is None or piece is None:
                raise MatineeError("offers.no_such_claim")
            if stands.undone:
                return self._told(tx, event, piece, Said.UNDONE)
            if not may_undo(stands.at, self._clock.now()):
                return self._told(tx, event, piece, Said.UNDO_TOO_LATE)
            paid = self._payments.paid_by(tx, event.id, stands.nonce)
            if paid is not None and self._pieces.spent(tx, piece.claim):
                return self._told(tx, event, piece, Said.CREDIT_SPENT)
            self._pieces.take_back(tx, event.id, stands)
            if paid is not None:
                self._tills.give_back(tx, event, paid, wish)
            return self._told(tx, event, piece, Said.UNDONE)

        return self._writer.write(write)

    def _settled(self, tx: Transaction, event: Event, piece: PieceRow) -> bool:
        """Whether the bundle was paid, or given; one of tonight that is free needs neither."""
        if self._payments.standing(tx, piece.event, piece.claim):
            return True
        return piece.event == event.id and not self._of(tx, event, piece)[1].price_minor

    def _of(self, tx: Transaction, event: Event, piece: PieceRow) -> tuple[ClaimRow, Drop]:
        claim = self._claims.claim(event.id, piece.claim, tx)
        if claim is None:
            raise MatineeError("offers.no_such_claim")
        try:
            return claim, event.drop(claim.drop)
        except KeyError as gone:
            raise MatineeError("offers.no_such_claim") from gone

    def _told(self, tx: Transaction, event: Event, piece: PieceRow, said: Said) -> CounterDone:
        claim = self._claims.claim(event.id, piece.claim, tx)
        known = claim is not None and any(drop.id == claim.drop for drop in event.drops)
        return CounterDone(
            said,
            self._clock.now(),
            self._parcels.of(event, claim, tx) if claim is not None and known else None,
            piece=self._parcels.piece(piece, self._pieces.rows.uses(piece.id, tx)),
        )
