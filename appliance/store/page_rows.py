"""SQL of how pages answered, in ``audience.db``: counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.paths import Paths, Service
from appliance.store.database import Database, Durability

BOUNDS_MS = (50, 100, 200, 500, 1000, 2000, 5000)
"""Answers are counted by the first of these that they came within; 0 stands for none."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one answer was; equal ones are counted together."""

    event: str
    page: str
    phone: str
    outcome: str
    within_ms: int


class PageRows:
    """Only the portal's own process may call ``add``."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self._database = database

    @classmethod
    def reader(cls, paths: Paths) -> PageRows:
        """Open for reading; ``store.missing`` before the portal has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.PORTAL)))

    def close(self) -> None:
        """Close the file again."""
        self._database.close()

    def add(self, counts: Mapping[Answered, int], devices: Mapping[tuple[str, str], int]) -> None:
        """Add ``counts``; ``devices`` by event and kind of phone. A power cut may forget the last of it."""
        with self._database.transaction(Durability.NORMAL) as tx:
            for one, count in counts.items():
                tx.execute(
                    "INSERT INTO page_count VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET answers = answers + excluded.answers",
                    (one.event, one.page, one.phone, one.outcome, one.within_ms, count),
                )
            for (event, phone), count in devices.items():
                tx.execute(
                    "INSERT INTO phone_count VALUES (?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET devices = max(devices, excluded.devices)",
                    (event, phone, count),
                )

    def answered(self, event: str) -> dict[Answered, int]:
        """Every count of ``event``."""
        rows = self._database.query("SELECT * FROM page_count WHERE event = ?", (event,))
        return {Answered(*tuple(row)[:-1]): row["answers"] for row in rows}

    def devices(self, event: str) -> dict[str, int]:
        """Different devices, by kind of phone."""
        rows = self._database.query("SELECT phone, devices FROM phone_count WHERE event = ?", (event,))
        return {row["phone"]: row["devices"] for row in rows}
