"""SQL of what went up the line in ``media.db``, and of what it may carry."""

from __future__ import annotations

from appliance.model.allowance import Allowance, Used
from appliance.store.database import Database, Durability

ROWS, CLIPS = "rows", "clips"


class UsageRows:
    """Counts bytes by day and event; safe to use from any thread."""

    def __init__(self, database: Database) -> None:
        """``database`` is media.db, opened by its owner."""
        self._database = database

    def book(self, day: str, event: str, kind: str, size: int) -> None:
        """So many bytes more went up. A power cut may forget the last of it."""
        with self._database.transaction(Durability.NORMAL) as tx:
            tx.execute(
                "INSERT INTO push_usage (day, event, kind, bytes) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (day, event, kind) DO UPDATE SET bytes = bytes + excluded.bytes",
                (day, event, kind, size),
            )

    def used(self, day: str, event: str) -> Used:
        """What went up on ``day``, and for ``event`` on whichever day."""
        counted = {}
        for column, value in (("day", day), ("event", event)):
            rows = self._database.query(
                f"SELECT kind, sum(bytes) AS n FROM push_usage WHERE {column} = ? GROUP BY kind",  # noqa: S608 above
                (value,),
            )
            counted.update({(column, row["kind"]): int(row["n"]) for row in rows})
        return Used(
            day_rows=counted.get(("day", ROWS), 0),
            day_clips=counted.get(("day", CLIPS), 0),
            event_rows=counted.get(("event", ROWS), 0),
            event_clips=counted.get(("event", CLIPS), 0),
        )

    def allowance(self) -> Allowance | None:
        """What Setup says; None if it never said anything."""
        rows = self._database.query(
            "SELECT mb_per_day, mb_per_event, clips_from, clips_until FROM push_allowance"
        )
        return Allowance(*rows[0]) if rows else None

    def allow(self, said: Allowance) -> None:
        """Remember what Setup says."""
        with self._database.transaction() as tx:
            tx.execute(
                "INSERT OR REPLACE INTO push_allowance VALUES (1, ?, ?, ?, ?)",
                (said.mb_per_day, said.mb_per_event, said.clips_from, said.clips_until),
            )
