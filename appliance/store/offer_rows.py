"""SQL of offers in ``audience.db``: stock, who holds one, who waits, what was opened by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import AttendeeId, ClaimId, DropId, EventId
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.paths import Paths, Service
from appliance.store.audience_rows import ClaimRow
from appliance.store.database import Database, Row, Transaction
from appliance.store.outbox import rfc3339


@dataclass(frozen=True, slots=True)
class Pile:
    """One kind of one drop, as it stands."""

    stock: int
    """Of the manifest, with what came and broke since."""
    taken: int
    waiting: int = 0
    scarcest: int | None = None
    """Of a bundle: how many its parts allow."""

    @property
    def left(self) -> int:
        """Units that may still be taken."""
        own = max(0, self.stock - self.taken)
        return own if self.scarcest is None else min(own, self.scarcest)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody in line."""

    seq: int
    attendee: AttendeeId
    nonce: str
    variant: str
    ended: bool = False


class OfferRows:
    """Rows of offers. Only the portal's own process may call what writes (takes a ``Transaction``)."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self.database = database

    @classmethod
    def reader(cls, paths: Paths) -> OfferRows:
        """Open for reading; ``store.missing`` before the portal has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.PORTAL)))

    def piles(self, event: Event) -> Mapping[DropId, Mapping[str, Pile]]:
        """Every kind of every drop, in one read: stock, taken and waiting belong to one moment."""
        rows = self.database.query(
            "SELECT drop_id, variant, 0 AS what, count(*) AS units FROM claim"
            " WHERE event = :event AND released IS NULL GROUP BY drop_id, variant"
            " UNION ALL SELECT drop_id, variant, 1, sum(units) FROM stock_edit"
            " WHERE event = :event GROUP BY drop_id, variant"
            " UNION ALL SELECT drop_id, variant, 2, count(*) FROM waiting"
            " WHERE event = :event AND ended IS NULL GROUP BY drop_id, variant"
            " UNION ALL SELECT p.drop_id, p.variant, 3, count(*) FROM piece p JOIN claim c ON c.id = p.claim"
            " WHERE p.event = :event AND c.released IS NULL GROUP BY p.drop_id, p.variant",
            {"event": event.id},
        )
        found = {(row["drop_id"], row["variant"], row["what"]): int(row["units"]) for row in rows}

        def pile(drop: Drop, kind: str) -> Pile:
            taken, edits, waiting, pieces = (found.get((drop.id, kind, what), 0) for what in range(4))
            of = [pile(part.of, part.kind_for(kind)).left for part in drop.parts if part.of is not None]
            return Pile((drop.stock_of(kind) or 0) + edits, taken + pieces, waiting, min(of, default=None))

        return {drop.id: {kind: pile(drop, kind) for kind in drop.kinds} for drop in event.drops}

    def left(self, event: Event) -> Mapping[DropId, int]:
        """Units of each drop that may still be taken, all kinds together."""
        piles = self.piles(event)
        return {drop.id: left_of(drop, piles) for drop in event.drops}

    def taken(self, event: EventId, drop: DropId, variant: str, tx: Transaction) -> int:
        """Units reserved, alone or in a bundle, as the open transaction sees it."""
        rows = tx.query(
            "SELECT (SELECT count(*) FROM claim WHERE event = :event AND drop_id = :drop"
            " AND variant = :variant AND released IS NULL) + (SELECT count(*) FROM piece p"
            " JOIN claim c ON c.id = p.claim WHERE p.event = :event AND p.drop_id = :drop"
            " AND p.variant = :variant AND c.released IS NULL)",
            {"event": event, "drop": drop, "variant": variant},
        )
        return int(rows[0][0])

    def edits(self, event: EventId, drop: DropId, variant: str, tx: Transaction) -> int:
        """Units that came since, less those that broke."""
        rows = tx.query(
            "SELECT coalesce(sum(units), 0) FROM stock_edit WHERE event = ? AND drop_id = ? AND variant = ?",
            (event, drop, variant),
        )
        return int(rows[0][0])

    def held(self, tx: Transaction, event: EventId, drop: DropId, attendee: AttendeeId) -> ClaimRow | None:
        """What this attendee holds of ``drop``."""
        rows = tx.query(
            "SELECT * FROM claim WHERE event = ? AND drop_id = ? AND attendee = ? AND released IS NULL",
            (event, drop, attendee),
        )
        return claim_of(rows[0]) if rows else None

    def claim_of_nonce(
        self, tx: Transaction, event: EventId, drop: DropId, attendee: AttendeeId, nonce: str
    ) -> ClaimRow | None:
        """What that very tap led to, released or not."""
        rows = tx.query(
            "SELECT * FROM claim WHERE event = ? AND drop_id = ? AND attendee = ? AND nonce = ?",
            (event, drop, attendee, nonce),
        )
        return claim_of(rows[0]) if rows else None

    def claim(self, event: EventId, claim: str, tx: Transaction | None = None) -> ClaimRow | None:
        """The claim of that id."""
        rows = (tx or self.database).query("SELECT * FROM claim WHERE event = ? AND id = ?", (event, claim))
        return claim_of(rows[0]) if rows else None

    def release(self, tx: Transaction, claim: ClaimId, at: datetime) -> None:
        """Its unit is free again."""
        tx.execute("UPDATE claim SET released = ? WHERE id = ? AND released IS NULL", (rfc3339(at), claim))

    def collected(self, tx: Transaction, claim: ClaimId) -> bool:
        """Whether it, or any of it, is in somebody's hands."""
        sql = (
            "SELECT 1 FROM hand_over WHERE claim = :claim AND undone IS NULL"
            " UNION ALL SELECT 1 FROM piece_use u JOIN piece p ON p.id = u.piece"
            " WHERE p.claim = :claim AND u.undone IS NULL"
        )
        return bool(tx.query(sql, {"claim": claim}))

    def wait(self, tx: Transaction, event: EventId, drop: DropId, line: WaitingRow, at: datetime) -> None:
        """Put somebody at the end of the line."""
        tx.execute(
            "INSERT INTO waiting (event, drop_id, variant, attendee, nonce, at) VALUES (?, ?, ?, ?, ?, ?)",
            (event, drop, line.variant, line.attendee, line.nonce, rfc3339(at)),
        )

    def in_line(
        self, tx: Transaction, event: EventId, drop: DropId, attendee: AttendeeId
    ) -> WaitingRow | None:
        """Where this attendee waits."""
        rows = tx.query(
            "SELECT * FROM waiting WHERE event = ? AND drop_id = ? AND attendee = ? AND ended IS NULL",
            (event, drop, attendee),
        )
        return _waiting(rows[0]) if rows else None

    def asked_to_wait(
        self, tx: Transaction, event: EventId, drop: DropId, attendee: AttendeeId, nonce: str
    ) -> WaitingRow | None:
        """What that very tap led to, whether or not it ended."""
        rows = tx.query(
            "SELECT * FROM waiting WHERE event = ? AND drop_id = ? AND attendee = ? AND nonce = ?",
            (event, drop, attendee, nonce),
        )
        return _waiting(rows[0]) if rows else None

    def first_in_line(self, tx: Transaction, event: EventId, drop: DropId, variant: str) -> WaitingRow | None:
        """Who asked first of those who still wait."""
        rows = tx.query(
            "SELECT * FROM waiting WHERE event = ? AND drop_id = ? AND variant = ? AND ended IS NULL"
            " ORDER BY seq LIMIT 1",
            (event, drop, variant),
        )
        return _waiting(rows[0]) if rows else None

    def end_waiting(self, tx: Transaction, seq: int, at: datetime) -> None:
        """They got one, or left the line."""
        tx.execute("UPDATE waiting SET ended = ? WHERE seq = ? AND ended IS NULL", (rfc3339(at), seq))

    def places(self, event: EventId, attendee: AttendeeId) -> Mapping[DropId, int]:
        """How many stand before this attendee, and they themselves, by drop."""
        rows = self.database.query(
            "SELECT w.drop_id, (SELECT count(*) FROM waiting b WHERE b.event = w.event"
            " AND b.variant = w.variant AND b.drop_id = w.drop_id AND b.ended IS NULL"
            " AND b.seq <= w.seq) AS place"
            " FROM waiting w WHERE w.event = ? AND w.attendee = ? AND w.ended IS NULL",
            (event, attendee),
        )
        return {DropId(row["drop_id"]): int(row["place"]) for row in rows}

    def edited(self, tx: Transaction, event: EventId, nonce: str) -> tuple[DropId, str, int] | None:
        """Which drop and variant that very press changed, and by how many units."""
        rows = tx.query(
            "SELECT drop_id, variant, units FROM stock_edit WHERE event = ? AND nonce = ?", (event, nonce)
        )
        return (DropId(rows[0]["drop_id"]), rows[0]["variant"], rows[0]["units"]) if rows else None

    def edit(
        self, tx: Transaction, event: EventId, pile: tuple[DropId, str], units: int, nonce: str,
        staff: str, at: datetime,
    ) -> None:  # fmt: skip
        """``units`` more, or fewer if negative."""
        tx.execute(
            "INSERT INTO stock_edit (event, drop_id, variant, units, nonce, staff, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event, *pile, units, nonce, staff, rfc3339(at)),
        )

    def switch(
        self, tx: Transaction, event: EventId, drop: DropId, state: str, nonce: str, staff: str, at: datetime
    ) -> bool:
        """Open, close, or leave to the cues; False if that press was heard already."""
        changed = tx.execute(
            "INSERT OR IGNORE INTO offer_switch (event, drop_id, state, nonce, staff, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (event, drop, state, nonce, staff, rfc3339(at)),
        )
        return changed > 0

    def switched(self, tx: Transaction, event: EventId, nonce: str) -> tuple[DropId, str] | None:
        """Which drop that very press switched, and to what."""
        rows = tx.query(
            "SELECT drop_id, state FROM offer_switch WHERE event = ? AND nonce = ?", (event, nonce)
        )
        return (DropId(rows[0]["drop_id"]), rows[0]["state"]) if rows else None

    def switches(self, event: EventId) -> Mapping[DropId, tuple[str, datetime]]:
        """What hands last said of each drop, and when; a drop nobody touched is absent."""
        rows = self.database.query(
            "SELECT drop_id, state, at FROM offer_switch s WHERE event = ? AND seq ="
            " (SELECT max(seq) FROM offer_switch WHERE event = s.event AND drop_id = s.drop_id)",
            (event,),
        )
        return {DropId(row["drop_id"]): (row["state"], datetime.fromisoformat(row["at"])) for row in rows}


def left_of(drop: Drop, piles: Mapping[DropId, Mapping[str, Pile]]) -> int:
    """Units of all kinds together that may still be taken; sizes of a bundle may share one pile."""
    shared = [
        piles[part.of.id][part.kind_for(drop.kinds[0])].left
        for part in drop.parts
        if part.of is not None and len({part.kind_for(kind) for kind in drop.kinds}) == 1
    ]
    return min([sum(pile.left for pile in piles[drop.id].values()), *shared])


def claim_of(row: Row) -> ClaimRow:
    """A row of ``claim``."""
    return ClaimRow(
        ClaimId(row["id"]), DropId(row["drop_id"]), AttendeeId(row["attendee"]), row["nonce"],
        datetime.fromisoformat(row["at"]), row["variant"], row["released"] is not None,
    )  # fmt: skip


def _waiting(row: Row) -> WaitingRow:
    return WaitingRow(
        row["seq"], AttendeeId(row["attendee"]), row["nonce"], row["variant"], row["ended"] is not None
    )
