"""SQL of what the organiser published, in ``media.db``: the newest list believed, and what it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.ids import EventId, Sha256
from appliance.manifest.published_index import Floor
from appliance.model.programme import Media
from appliance.store.database import Database
from appliance.store.outbox import rfc3339


@dataclass(frozen=True, slots=True)
class WantedFilm:
    """A film that a published event needs."""

    sha256: Sha256
    name: str
    size_bytes: int
    ready: bool
    """Whole on the card, and no damage is known."""


class ContentRows:
    """Rows of the pull. All writing is FULL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """``database`` is media.db; opened by its owner if anything is to be written."""
        self._database = database
        self._clock = clock

    def floor(self) -> Floor:
        """The newest list that was believed."""
        rows = self._database.query("SELECT version, sha256 FROM trusted_index")
        return Floor(rows[0]["version"], rows[0]["sha256"]) if rows else Floor()

    def believe(self, floor: Floor, key: str) -> None:
        """Never believe an older list again; a lower version than is there changes nothing."""
        with self._database.transaction() as tx:
            tx.execute(
                "INSERT INTO trusted_index (one, key, version, sha256, taken_at) VALUES (1, ?, ?, ?, ?)"
                " ON CONFLICT (one) DO UPDATE SET key = excluded.key, version = excluded.version,"
                " sha256 = excluded.sha256, taken_at = excluded.taken_at"
                " WHERE excluded.version > trusted_index.version",
                (key, floor.version, floor.sha256, rfc3339(self._clock.now())),
            )

    def want(self, event: EventId, media: Iterable[Media]) -> None:
        """``event`` needs these films and no others."""
        with self._database.transaction() as tx:
            tx.execute("DELETE FROM wanted WHERE event = ?", (event,))
            for film in media:
                tx.execute(
                    "INSERT OR IGNORE INTO wanted (sha256, event, name, size_bytes) VALUES (?, ?, ?, ?)",
                    (film.sha256, event, film.name, film.size_bytes),
                )

    def keep_only(self, events: Iterable[EventId]) -> None:
        """Nothing of other events is wanted any more."""
        kept = set(events)
        with self._database.transaction() as tx:
            for row in tx.query("SELECT DISTINCT event FROM wanted"):
                if row["event"] not in kept:
                    tx.execute("DELETE FROM wanted WHERE event = ?", (row["event"],))

    def wanted(self) -> list[WantedFilm]:
        """Every film that published events need, once."""
        rows = self._database.query(
            "SELECT w.sha256, min(w.name) AS name, w.size_bytes, m.sha256 IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM damage d WHERE d.sha256 = w.sha256) AS ready"
            " FROM wanted w LEFT JOIN medium m ON m.sha256 = w.sha256 GROUP BY w.sha256 ORDER BY name"
        )
        return [
            WantedFilm(Sha256(row["sha256"]), row["name"], row["size_bytes"], bool(row["ready"]))
            for row in rows
        ]
