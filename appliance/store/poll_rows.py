"""SQL of ``audience.db``: what the room answered to questions on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from appliance.ids import AttendeeId, EventId, ItemId
from appliance.paths import Paths, Service
from appliance.store.database import Database, Transaction
from appliance.store.outbox import rfc3339


class PollRows:
    """Only the portal's own process may call what takes a ``Transaction``."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self.database = database

    @classmethod
    def reader(cls, paths: Paths) -> PollRows:
        """Open for reading; ``store.missing`` before the portal has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.PORTAL)))

    def counts(self, event: EventId) -> Mapping[ItemId, tuple[int, ...]]:
        """By item, how many chose each answer, up to the last that anybody chose."""
        rows = self.database.query(
            "SELECT item, answer, count(*) AS n FROM poll_answer WHERE event = ? GROUP BY item, answer",
            (event,),
        )
        found: dict[ItemId, dict[int, int]] = {}
        for row in rows:
            found.setdefault(ItemId(row["item"]), {})[row["answer"]] = row["n"]
        return {
            item: tuple(chosen.get(at, 0) for at in range(max(chosen) + 1)) for item, chosen in found.items()
        }

    def answer(self, event: EventId, item: ItemId, attendee: AttendeeId) -> int | None:
        """What that pass answered; None: nothing yet."""
        sql = "SELECT answer FROM poll_answer WHERE event = ? AND item = ? AND attendee = ?"
        rows = self.database.query(sql, (event, item, attendee))
        return int(rows[0]["answer"]) if rows else None

    def choose(
        self, tx: Transaction, event: EventId, item: ItemId, attendee: AttendeeId, answer: int, at: datetime
    ) -> int | None:
        """Their answer is that now; return the one before, None if there was none."""
        sql = "SELECT answer FROM poll_answer WHERE event = ? AND item = ? AND attendee = ?"
        before = tx.query(sql, (event, item, attendee))
        tx.execute(
            "INSERT INTO poll_answer (event, item, attendee, answer, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (event, item, attendee) DO UPDATE SET answer = excluded.answer",
            (event, item, attendee, answer, rfc3339(at)),
        )
        return int(before[0]["answer"]) if before else None

    def forget(self, tx: Transaction, attendee: AttendeeId) -> int:
        """All that they answered goes; how many that were."""
        return tx.execute("DELETE FROM poll_answer WHERE attendee = ?", (attendee,))
