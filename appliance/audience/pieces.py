"""What belongs to a bundle, within an act at the counter: used, spent, taken back, with its facts."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import ClaimId, EventId, new_id
from appliance.model.counter import CounterWish
from appliance.model.drop import PartKind
from appliance.store.bundle_rows import BundleRows, PieceRow, UseRow
from appliance.store.database import Database, Transaction
from appliance.store.outbox import Outbox


class Pieces:
    """Everything here is part of an act that its caller makes durable."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        """``database`` is audience.db."""
        self.rows = BundleRows(database)
        self._outbox = outbox
        self._clock = clock

    def found(self, tx: Transaction, piece: str, *, credit: bool) -> PieceRow:
        """The piece of that id; ``offers.no_such_claim`` if there is none of that kind, or none any more."""
        row = self.rows.piece(tx, piece)
        if row is None or (row.kind is PartKind.CREDIT) is not credit:
            raise MatineeError("offers.no_such_claim")
        return row

    def pressed(self, tx: Transaction, event: EventId, nonce: str, piece: str) -> UseRow | None:
        """What that very press did to ``piece``; ``audience.stale_form`` if it was for another."""
        row = self.rows.used_by(tx, event, nonce)
        if row is not None and row.piece != piece:
            raise MatineeError("audience.stale_form")
        return row

    def left(self, tx: Transaction, piece: PieceRow) -> int:
        """Of a credit: what is not spent yet, in minor units."""
        return piece.credit_minor - sum(use.amount_minor for use in self.rows.uses(piece.id, tx))

    def use(self, tx: Transaction, event: EventId, piece: PieceRow, wish: CounterWish, amount: int) -> None:
        """It is in their hands, it was used, or ``amount`` of it was spent."""
        row = UseRow(new_id(), piece.id, amount, wish.desk, wish.nonce, wish.staff, self._clock.now())
        self.rows.use(tx, event, row)
        self._outbox.fact(
            tx, "part_used", event, claim=piece.claim, piece=piece.id, use=row.id, amount_minor=amount,
            currency=piece.currency,
        )  # fmt: skip

    def take_back(self, tx: Transaction, event: EventId, use: UseRow) -> None:
        """It stands no more."""
        self.rows.take_back(tx, use.id, self._clock.now())
        self._outbox.fact(tx, "part_use_undone", event, piece=use.piece, use=use.id)

    def take_all_back(self, tx: Transaction, event: EventId, claim: ClaimId) -> bool:
        """All that belongs to ``claim`` comes back; False, and nothing done, if some credit was spent."""
        if self.spent(tx, claim):
            return False
        for use in self._uses(tx, claim):
            self.take_back(tx, event, use)
        return True

    def spent(self, tx: Transaction, claim: ClaimId) -> bool:
        """Whether some credit of ``claim`` was spent."""
        return any(use.amount_minor for use in self._uses(tx, claim))

    def _uses(self, tx: Transaction, claim: ClaimId) -> list[UseRow]:
        return [use for piece in self.rows.of_claim(claim, tx) for use in self.rows.uses(piece.id, tx)]
