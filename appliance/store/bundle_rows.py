"""SQL of bundles in ``audience.db``: what belongs to a claim, and how much of it was used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.ids import AttendeeId, ClaimId, DropId, EventId
from appliance.model.drop import PartKind
from appliance.store.database import Database, Row, Transaction
from appliance.store.outbox import rfc3339


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One part of one claim, as it was promised."""

    id: str
    event: EventId
    claim: ClaimId
    part: str
    title: str
    kind: PartKind
    drop: DropId
    """Of whose pile; empty: of none."""
    variant: str
    credit_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class UseRow:
    """It was handed over or used, or that much of it was spent."""

    id: str
    piece: str
    amount_minor: int
    desk: str
    nonce: str
    staff: str
    at: datetime
    undone: bool = False


class BundleRows:
    """Rows of bundles. Only the portal's own process may call what takes a ``Transaction`` to write."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self.database = database

    def add(self, tx: Transaction, piece: PieceRow) -> None:
        """Keep what belongs to a claim."""
        tx.execute(
            "INSERT INTO piece (id, event, claim, part, title, kind, drop_id, variant, credit_minor,"
            " currency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                piece.id, piece.event, piece.claim, piece.part, piece.title, piece.kind, piece.drop,
                piece.variant, piece.credit_minor, piece.currency,
            ),
        )  # fmt: skip

    def piece(self, tx: Transaction, piece: str) -> PieceRow | None:
        """The piece of that id, of whatever evening; None once its claim was given back."""
        rows = tx.query(
            "SELECT p.* FROM piece p JOIN claim c ON c.id = p.claim WHERE p.id = ? AND c.released IS NULL",
            (piece,),
        )
        return _piece(rows[0]) if rows else None

    def of_claim(self, claim: str, tx: Transaction | None = None) -> list[PieceRow]:
        """All that belongs to a claim, in the order of the plan."""
        rows = (tx or self.database).query("SELECT * FROM piece WHERE claim = ? ORDER BY id", (claim,))
        return [_piece(row) for row in rows]

    def all(self, event: EventId) -> dict[str, list[PieceRow]]:
        """Every piece of the evening's claims that stand, by claim."""
        rows = self.database.query(
            "SELECT p.* FROM piece p JOIN claim c ON c.id = p.claim"
            " WHERE p.event = ? AND c.released IS NULL ORDER BY p.id",
            (event,),
        )
        found: dict[str, list[PieceRow]] = {}
        for row in rows:
            found.setdefault(row["claim"], []).append(_piece(row))
        return found

    def credits_of(self, attendee: AttendeeId) -> list[PieceRow]:
        """Credits of an attendee, and of the earlier passes that led to theirs, oldest first."""
        rows = self.database.query(
            "WITH RECURSIVE line (who) AS (SELECT :who UNION SELECT b.earlier FROM brought b JOIN line"
            " ON b.attendee = line.who WHERE b.earlier IS NOT NULL)"
            " SELECT p.* FROM piece p JOIN claim c ON c.id = p.claim WHERE p.kind = 'credit'"
            " AND c.released IS NULL AND c.attendee IN (SELECT who FROM line) ORDER BY p.id",
            {"who": attendee},
        )
        return [_piece(row) for row in rows]

    def use(self, tx: Transaction, event: EventId, use: UseRow) -> None:
        """Keep it; ``sqlite3.IntegrityError`` if it was used already."""
        tx.execute(
            "INSERT INTO piece_use (id, event, piece, amount_minor, desk, nonce, staff, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (use.id, event, use.piece, use.amount_minor, use.desk, use.nonce, use.staff, rfc3339(use.at)),
        )

    def used_by(self, tx: Transaction, event: EventId, nonce: str) -> UseRow | None:
        """What that very press did, whether or not it stands."""
        rows = tx.query("SELECT * FROM piece_use WHERE event = ? AND nonce = ?", (event, nonce))
        return _use(rows[0]) if rows else None

    def use_of_id(self, tx: Transaction, event: EventId, use: str) -> UseRow | None:
        """The use of that id."""
        rows = tx.query("SELECT * FROM piece_use WHERE event = ? AND id = ?", (event, use))
        return _use(rows[0]) if rows else None

    def take_back(self, tx: Transaction, use: str, at: datetime) -> None:
        """It stands no more."""
        tx.execute("UPDATE piece_use SET undone = ? WHERE id = ? AND undone IS NULL", (rfc3339(at), use))

    def uses(self, piece: str, tx: Transaction | None = None) -> list[UseRow]:
        """What stands of one piece, oldest first."""
        rows = (tx or self.database).query(
            "SELECT * FROM piece_use WHERE piece = ? AND undone IS NULL ORDER BY id", (piece,)
        )
        return [_use(row) for row in rows]

    def all_uses(self, event: EventId) -> dict[str, list[UseRow]]:
        """What stands of every piece whose claim is of ``event``, by piece."""
        rows = self.database.query(
            "SELECT u.* FROM piece_use u JOIN piece p ON p.id = u.piece"
            " WHERE p.event = ? AND u.undone IS NULL ORDER BY u.id",
            (event,),
        )
        found: dict[str, list[UseRow]] = {}
        for row in rows:
            found.setdefault(row["piece"], []).append(_use(row))
        return found

    def spent(self, event: EventId) -> list[tuple[PieceRow, UseRow]]:
        """Every step of a credit that was spent on that evening, whenever it was sold."""
        rows = self.database.query(
            "SELECT u.id FROM piece_use u JOIN piece p ON p.id = u.piece"
            " WHERE u.event = ? AND u.undone IS NULL AND p.kind = 'credit' ORDER BY u.id",
            (event,),
        )
        found = []
        for row in rows:
            (use,) = self.database.query("SELECT * FROM piece_use WHERE id = ?", (row["id"],))
            (piece,) = self.database.query("SELECT * FROM piece WHERE id = ?", (use["piece"],))
            found.append((_piece(piece), _use(use)))
        return found


def _piece(row: Row) -> PieceRow:
    return PieceRow(
        row["id"], EventId(row["event"]), ClaimId(row["claim"]), row["part"], row["title"],
        PartKind(row["kind"]), DropId(row["drop_id"]), row["variant"], row["credit_minor"], row["currency"],
    )  # fmt: skip


def _use(row: Row) -> UseRow:
    return UseRow(
        row["id"], row["piece"], row["amount_minor"], row["desk"], row["nonce"], row["staff"],
        datetime.fromisoformat(row["at"]), row["undone"] is not None,
    )  # fmt: skip
