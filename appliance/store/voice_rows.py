"""SQL of ``audience.db``: who said how it was, and who was shown which way of offering something."""

from __future__ import annotations

from appliance.ids import AttendeeId, DropId, EventId
from appliance.store.database import Database, Transaction


class VoiceRows:
    """Only the portal's own process may call what takes a ``Transaction``."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self._database = database

    def has_said(self, event: EventId, attendee: AttendeeId) -> bool:
        """Whether they said how it was."""
        return bool(
            self._database.query("SELECT 1 FROM feedback WHERE event = ? AND attendee = ?", (event, attendee))
        )

    def say(self, tx: Transaction, event: EventId, attendee: AttendeeId) -> bool:
        """Note that they did; False if they had already."""
        sql = "INSERT OR IGNORE INTO feedback (event, attendee) VALUES (?, ?)"
        return tx.execute(sql, (event, attendee)) > 0

    def shown(self, event: EventId, attendee: AttendeeId) -> set[DropId]:
        """The offers of which they were shown their way."""
        rows = self._database.query(
            "SELECT test FROM arm_shown WHERE event = ? AND attendee = ?", (event, attendee)
        )
        return {DropId(row["test"]) for row in rows}

    def show(self, tx: Transaction, event: EventId, attendee: AttendeeId, test: DropId) -> bool:
        """Note that they were; False if they had been already."""
        sql = "INSERT OR IGNORE INTO arm_shown (event, test, attendee) VALUES (?, ?, ?)"
        return tx.execute(sql, (event, test, attendee)) > 0
