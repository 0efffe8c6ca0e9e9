"""SQL of ``audience.db``: what the room answered to questions on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from appliance.ids import AttendeeId, EventId, ItemId
from appliance.model.poll import PollNow
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

    def counts(self, show: str) -> Mapping[ItemId, tuple[int, ...]]:
        """By item, how many chose each answer, up to the last that anybody chose."""
        rows = self.database.query(
            "SELECT item, answer, count(*) AS n FROM poll_answer WHERE show = ? GROUP BY item, answer",
            (show,),
        )
        found: dict[ItemId, dict[int, int]] = {}
        for row in rows:
            found.setdefault(ItemId(row["item"]), {})[row["answer"]] = row["n"]
        return {
            item: tuple(chosen.get(at, 0) for at in range(max(chosen) + 1)) for item, chosen in found.items()
        }

    def latest(self, event: EventId) -> str:
        """The last show of ``event`` in which anybody answered; empty: none."""
        ((show,),) = self.database.query("SELECT max(show) FROM poll_answer WHERE event = ?", (event,))
        return show or ""

    def answer(self, poll: PollNow, attendee: AttendeeId, tx: Transaction | None = None) -> int | None:
        """What that pass answered, as its place; None: nothing yet."""
        sql = "SELECT answer FROM poll_answer WHERE show = ? AND item = ? AND attendee = ?"
        rows = (tx or self.database).query(sql, (poll.show, poll.item, attendee))
        return int(rows[0]["answer"]) if rows else None

    def choose(
        self, tx: Transaction, event: EventId, poll: PollNow, attendee: AttendeeId, answer: int, at: datetime
    ) -> None:
        """Their answer is that now."""
        tx.execute(
            "INSERT INTO poll_answer (show, event, item, attendee, answer, at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (show, item, attendee) DO UPDATE SET answer = excluded.answer",
            (poll.show, event, poll.item, attendee, answer, rfc3339(at)),
        )

    def forget(self, tx: Transaction, attendee: AttendeeId) -> int:
        """All that they answered goes; how many that were."""
        return tx.execute("DELETE FROM poll_answer WHERE attendee = ?", (attendee,))
