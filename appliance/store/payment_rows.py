"""SQL of the counter in ``audience.db``: what was handed over, paid and promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.ids import AttendeeId, ClaimId, EventId
from appliance.model.counter import Payment, Promise, Way
from appliance.store.audience_rows import ClaimRow
from appliance.store.database import Database, Row, Transaction
from appliance.store.offer_rows import claim_of
from appliance.store.outbox import rfc3339

_PAYMENT = "p.*, EXISTS (SELECT 1 FROM payment r WHERE r.refunds = p.id) AS refunded"


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """A unit was given into somebody's hands."""

    id: str
    claim: ClaimId
    desk: str
    nonce: str
    staff: str
    at: datetime
    undone: bool = False


class PaymentRows:
    """Rows of the counter. Only the portal's own process may call what takes a ``Transaction`` to write."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self.database = database

    def hand_over(self, tx: Transaction, event: EventId, row: HandOverRow) -> None:
        """Keep it; ``sqlite3.IntegrityError`` if it stands already."""
        tx.execute(
            "INSERT INTO hand_over (id, event, claim, desk, nonce, staff, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row.id, event, row.claim, row.desk, row.nonce, row.staff, rfc3339(row.at)),
        )

    def take_back(self, tx: Transaction, hand_over: str, at: datetime) -> None:
        """It stands no more."""
        tx.execute(
            "UPDATE hand_over SET undone = ? WHERE id = ? AND undone IS NULL", (rfc3339(at), hand_over)
        )

    def handed(self, event: EventId, claim: str, tx: Transaction | None = None) -> HandOverRow | None:
        """The hand-over of ``claim`` that stands."""
        rows = (tx or self.database).query(
            "SELECT * FROM hand_over WHERE event = ? AND claim = ? AND undone IS NULL", (event, claim)
        )
        return _hand_over(rows[0]) if rows else None

    def handed_by(self, tx: Transaction, event: EventId, nonce: str) -> HandOverRow | None:
        """The hand-over of that very press, whether or not it stands."""
        rows = tx.query("SELECT * FROM hand_over WHERE event = ? AND nonce = ?", (event, nonce))
        return _hand_over(rows[0]) if rows else None

    def all_handed(self, event: EventId) -> dict[str, HandOverRow]:
        """Every hand-over that stands, by claim."""
        rows = self.database.query("SELECT * FROM hand_over WHERE event = ? AND undone IS NULL", (event,))
        return {row["claim"]: _hand_over(row) for row in rows}

    def standing_claims(self, event: EventId) -> list[ClaimRow]:
        """Every claim that was not given back, oldest first."""
        rows = self.database.query(
            "SELECT * FROM claim WHERE event = ? AND released IS NULL ORDER BY at, id", (event,)
        )
        return [claim_of(row) for row in rows]

    def claims_of(self, event: EventId, attendee: AttendeeId) -> list[ClaimRow]:
        """What one attendee holds."""
        rows = self.database.query(
            "SELECT * FROM claim WHERE event = ? AND attendee = ? AND released IS NULL ORDER BY at, id",
            (event, attendee),
        )
        return [claim_of(row) for row in rows]

    def pay(self, tx: Transaction, event: EventId, payment: Payment, nonce: str, staff: str) -> None:
        """Keep a line of money; ``sqlite3.IntegrityError`` if that payment was given back already."""
        tx.execute(
            "INSERT INTO payment (id, event, item, variant, claim, way, amount_minor, currency, tax_bp,"
            " refunds, desk, nonce, staff, at, holder)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                payment.id, event, payment.item, payment.variant, payment.claim or None, payment.way,
                payment.amount_minor, payment.currency, payment.tax_bp, payment.refunds or None,
                payment.desk, nonce, staff, rfc3339(payment.at), payment.holder or None,
            ),
        )  # fmt: skip

    def paid_by(self, tx: Transaction, event: EventId, nonce: str) -> Payment | None:
        """The line of that very press."""
        sql = f"SELECT {_PAYMENT} FROM payment p WHERE event = ? AND nonce = ?"  # noqa: S608 our own text
        rows = tx.query(sql, (event, nonce))
        return _payment(rows[0]) if rows else None

    def payment(self, tx: Transaction, event: EventId, payment: str) -> Payment | None:
        """The line of that id."""
        sql = f"SELECT {_PAYMENT} FROM payment p WHERE event = ? AND id = ?"  # noqa: S608 our own text
        rows = tx.query(sql, (event, payment))
        return _payment(rows[0]) if rows else None

    def payments(self, event: EventId, tx: Transaction | None = None) -> list[Payment]:
        """Every line, oldest first."""
        sql = f"SELECT {_PAYMENT} FROM payment p WHERE event = ? ORDER BY seq"  # noqa: S608 our own text
        return [_payment(row) for row in (tx or self.database).query(sql, (event,))]

    def standing(self, tx: Transaction, event: EventId, claim: str) -> list[Payment]:
        """What was paid for ``claim`` and not given back."""
        sql = f"SELECT {_PAYMENT} FROM payment p WHERE event = ? AND claim = ? AND refunds IS NULL"  # noqa: S608 our own text
        return [row for row in map(_payment, tx.query(sql, (event, claim))) if not row.refunded]

    def promise(
        self, tx: Transaction, event: EventId, attendee: AttendeeId, promise: Promise, nonce: str, row_id: str
    ) -> bool:
        """Keep a promised amount; False if that form was taken already."""
        changed = tx.execute(
            "INSERT OR IGNORE INTO pledge (id, event, item, attendee, amount_minor, currency, monthly, nonce,"
            " at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row_id, event, promise.item, attendee, promise.amount_minor, promise.currency,
                promise.monthly, nonce, rfc3339(promise.at),
            ),
        )  # fmt: skip
        return changed > 0

    def promised(self, tx: Transaction, attendee: AttendeeId, nonce: str) -> bool:
        """Whether that form was taken already."""
        return bool(tx.query("SELECT 1 FROM pledge WHERE attendee = ? AND nonce = ?", (attendee, nonce)))

    def count_promises(self, tx: Transaction, event: EventId, attendee: AttendeeId) -> int:
        """How often one attendee promised something."""
        sql = "SELECT count(*) FROM pledge WHERE event = ? AND attendee = ?"
        return int(tx.query(sql, (event, attendee))[0][0])

    def promises(self, event: EventId, attendee: AttendeeId) -> list[Promise]:
        """What one attendee promised, oldest first."""
        rows = self.database.query(
            "SELECT * FROM pledge WHERE event = ? AND attendee = ? ORDER BY at, id", (event, attendee)
        )
        return [
            Promise(
                row["item"], row["amount_minor"], row["currency"], datetime.fromisoformat(row["at"]),
                bool(row["monthly"]),
            )
            for row in rows
        ]  # fmt: skip


def _hand_over(row: Row) -> HandOverRow:
    return HandOverRow(
        row["id"], ClaimId(row["claim"]), row["desk"], row["nonce"], row["staff"],
        datetime.fromisoformat(row["at"]), row["undone"] is not None,
    )  # fmt: skip


def _payment(row: Row) -> Payment:
    return Payment(
        row["id"], row["item"], row["variant"], row["claim"] or "", Way(row["way"]), row["amount_minor"],
        row["currency"], row["tax_bp"], row["desk"], datetime.fromisoformat(row["at"]),
        row["refunds"] or "", bool(row["refunded"]), row["holder"] or "",
    )  # fmt: skip
