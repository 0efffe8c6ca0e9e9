"""SQL of membership in ``audience.db``: who was asked, whose friends came, who wished for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import AttendeeId, DropId, EventId
from appliance.store.database import Database, Transaction
from appliance.store.outbox import rfc3339

_IS_IN = (
    "EXISTS (SELECT 1 FROM door_act a WHERE a.event = b.event AND a.subject = 'pass:' || b.attendee"
    " AND a.act = 'in' AND NOT EXISTS (SELECT 1 FROM door_act u WHERE u.undoes = a.seq))"
)
"""``b`` was let in, and that was not taken back."""


@dataclass(frozen=True, slots=True)
class PaidTier:
    """A tier that somebody paid for at this box, and did not get back."""

    tier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """How one attendee was asked tonight."""

    at: datetime
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody would have taken one."""

    id: str
    tell: bool = False
    """They want to hear of it when it is back."""


class MemberRows:
    """Rows of membership. Only the portal's own process may call what takes a ``Transaction``."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self._database = database

    def paid_tier(self, attendee: AttendeeId) -> PaidTier | None:
        """The newest that stands."""
        rows = self._database.query(
            "SELECT substr(item, 6) AS tier, at FROM payment p WHERE holder = ? AND item GLOB 'tier:*'"
            " AND refunds IS NULL AND NOT EXISTS (SELECT 1 FROM payment r WHERE r.refunds = p.id)"
            " ORDER BY seq DESC LIMIT 1",
            (attendee,),
        )
        return PaidTier(rows[0]["tier"], datetime.fromisoformat(rows[0]["at"])) if rows else None

    def friends_who_came(self, host: AttendeeId) -> list[AttendeeId]:
        """Who was invited by the line of passes that began with ``host``, and let in at this box."""
        sql = f"SELECT b.attendee FROM brought b WHERE b.invited_by = ? AND {_IS_IN} ORDER BY b.attendee"  # noqa: S608 our own text
        return [AttendeeId(row["attendee"]) for row in self._database.query(sql, (host,))]

    def rewards(self, line: AttendeeId, tx: Transaction | None = None) -> frozenset[str]:
        """Marks of friends whose thank-you was taken here, for that line of passes."""
        rows = (tx or self._database).query("SELECT mark FROM reward WHERE line = ?", (line,))
        return frozenset(row["mark"] for row in rows)

    def reward(self, tx: Transaction, line: AttendeeId, mark: str, at: datetime) -> bool:
        """Keep one; False if it was there."""
        sql = "INSERT OR IGNORE INTO reward (line, mark, at) VALUES (?, ?, ?)"
        return tx.execute(sql, (line, mark, rfc3339(at))) > 0

    def asked(self, event: EventId, attendee: AttendeeId, tx: Transaction | None = None) -> Asked | None:
        """How they were asked tonight; None: not yet."""
        rows = (tx or self._database).query(
            "SELECT at, declined FROM asking WHERE event = ? AND attendee = ?", (event, attendee)
        )
        return Asked(datetime.fromisoformat(rows[0]["at"]), rows[0]["declined"] is not None) if rows else None

    def ask(self, tx: Transaction, event: EventId, attendee: AttendeeId, at: datetime) -> None:
        """They are asked tonight."""
        tx.execute(
            "INSERT INTO asking (event, attendee, at) VALUES (?, ?, ?)", (event, attendee, rfc3339(at))
        )

    def decline(self, tx: Transaction, event: EventId, attendee: AttendeeId, at: datetime) -> bool:
        """They pressed "Not now"; False if they had, or were never asked."""
        sql = "UPDATE asking SET declined = ? WHERE event = ? AND attendee = ? AND declined IS NULL"
        return tx.execute(sql, (rfc3339(at), event, attendee)) > 0

    def wishes_of(
        self, event: EventId, attendee: AttendeeId, tx: Transaction | None = None
    ) -> dict[DropId, Wish]:
        """What they would have taken."""
        rows = (tx or self._database).query(
            "SELECT id, drop_id, tell FROM wish WHERE event = ? AND attendee = ?", (event, attendee)
        )
        return {DropId(row["drop_id"]): Wish(row["id"], bool(row["tell"])) for row in rows}

    def wish(
        self, tx: Transaction, event: EventId, drop: DropId, attendee: AttendeeId, wish: Wish, at: datetime
    ) -> None:
        """Keep it, or what it is now."""
        tx.execute(
            "INSERT INTO wish (id, event, drop_id, attendee, tell, at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (event, drop_id, attendee) DO UPDATE SET tell = excluded.tell, at = excluded.at",
            (wish.id, event, drop, attendee, wish.tell, rfc3339(at)),
        )

    def unwish(self, tx: Transaction, wish: Wish) -> None:
        """Forget it."""
        tx.execute("DELETE FROM wish WHERE id = ?", (wish.id,))

    def wishes(self, event: EventId) -> Mapping[DropId, int]:
        """How many would have taken one, by drop."""
        rows = self._database.query(
            "SELECT drop_id, count(*) AS people FROM wish WHERE event = ? GROUP BY drop_id", (event,)
        )
        return {DropId(row["drop_id"]): int(row["people"]) for row in rows}
