"""The media index: SQL of the films in ``media.db``."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.ids import Sha256
from appliance.store.database import Database
from appliance.store.outbox import rfc3339
from cache.media_store import StoredMedia


class MediaRows:
    """What the media store records beside its files."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """``database`` is media.db; opened by its owner if anything is to be written."""
        self._database = database
        self._clock = clock

    def add(self, media: StoredMedia) -> None:
        """Record a film that is whole."""
        with self._database.transaction() as tx:
            tx.execute(
                "INSERT INTO medium (sha256, name, size_bytes, duration_ms, gain_db, added_at)"
                " VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, gain_db = excluded.gain_db",
                (
                    media.sha256,
                    media.name,
                    media.size_bytes,
                    media.duration_ms,
                    media.gain_db,
                    rfc3339(self._clock.now()),
                ),
            )

    def all(self) -> list[StoredMedia]:
        """Every film recorded, by name."""
        rows = self._database.query(
            "SELECT sha256, name, size_bytes, duration_ms, gain_db FROM medium ORDER BY name, sha256"
        )
        return [
            StoredMedia(
                Sha256(row["sha256"]), row["name"], row["size_bytes"], row["duration_ms"], row["gain_db"]
            )
            for row in rows
        ]

    def pin(self, sha256: Sha256, event: str) -> None:
        """Record that ``event`` needs the film."""
        with self._database.transaction() as tx:
            tx.execute("INSERT OR IGNORE INTO pin (sha256, event) VALUES (?, ?)", (sha256, event))

    def pins(self) -> dict[Sha256, tuple[str, ...]]:
        """Events by the films they need."""
        found: dict[Sha256, tuple[str, ...]] = {}
        for row in self._database.query("SELECT sha256, event FROM pin ORDER BY event"):
            found[Sha256(row["sha256"])] = (*found.get(Sha256(row["sha256"]), ()), row["event"])
        return found
