"""The media index: SQL of the films in ``media.db``."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.clock import Clock
from appliance.ids import Sha256
from appliance.store.database import Database, Row
from appliance.store.outbox import rfc3339
from cache.eviction import Candidate
from cache.media_store import StoredMedia
from cache.scrub import Scrubbed


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
                "INSERT INTO medium (sha256, name, size_bytes, duration_ms, gain_db, blocks_root,"
                " added_at, used_at, scrubbed_at)"
                " VALUES (:sha256, :name, :size, :duration, :gain, :root, :now, :now, :now)"
                " ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, gain_db = excluded.gain_db,"
                " blocks_root = excluded.blocks_root, used_at = excluded.used_at,"
                " scrubbed_at = excluded.scrubbed_at",
                {
                    "sha256": media.sha256,
                    "name": media.name,
                    "size": media.size_bytes,
                    "duration": media.duration_ms,
                    "gain": media.gain_db,
                    "root": media.blocks_root,
                    "now": self._now(),
                },
            )
            tx.execute("DELETE FROM damage WHERE sha256 = ?", (media.sha256,))

    def all(self) -> list[StoredMedia]:
        """Every film recorded, by name."""
        return [_media(row) for row in self._database.query("SELECT * FROM medium ORDER BY name, sha256")]

    def pin(self, sha256: Sha256, event: str) -> None:
        """Record that ``event`` needs the film."""
        with self._database.transaction() as tx:
            tx.execute("INSERT OR IGNORE INTO pin (sha256, event) VALUES (?, ?)", (sha256, event))
            tx.execute("UPDATE medium SET used_at = ? WHERE sha256 = ?", (self._now(), sha256))

    def unpin(self, event: str) -> None:
        """Record that ``event`` needs nothing any more."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE medium SET used_at = ? WHERE sha256 IN (SELECT sha256 FROM pin WHERE event = ?)",
                (self._now(), event),
            )
            tx.execute("DELETE FROM pin WHERE event = ?", (event,))

    def pins(self) -> dict[Sha256, tuple[str, ...]]:
        """Events by the films they need."""
        found: dict[Sha256, tuple[str, ...]] = {}
        for row in self._database.query("SELECT sha256, event FROM pin ORDER BY event"):
            found[Sha256(row["sha256"])] = (*found.get(Sha256(row["sha256"]), ()), row["event"])
        return found

    def candidates(self) -> list[Candidate]:
        """Every film as eviction sees it."""
        rows = self._database.query(
            "SELECT sha256, size_bytes, used_at, added_at,"
            " EXISTS (SELECT 1 FROM pin WHERE pin.sha256 = medium.sha256) AS pinned FROM medium"
        )
        return [
            Candidate(
                Sha256(row["sha256"]),
                row["size_bytes"],
                bool(row["pinned"]),
                row["used_at"] or row["added_at"],
            )
            for row in rows
        ]

    def remove(self, sha256: Sha256) -> bool:
        """Forget the film unless it is pinned; False if it is."""
        with self._database.transaction() as tx:
            if tx.query("SELECT 1 FROM pin WHERE sha256 = ?", (sha256,)):
                return False
            tx.execute("DELETE FROM damage WHERE sha256 = ?", (sha256,))
            tx.execute("DELETE FROM medium WHERE sha256 = ?", (sha256,))
        return True

    def damage(self, sha256: Sha256, blocks: Sequence[int]) -> None:
        """Record which blocks are damaged now; none: the film was just found whole."""
        with self._database.transaction() as tx:
            now = self._now()
            tx.execute("DELETE FROM damage WHERE sha256 = ?", (sha256,))
            for block in blocks:
                tx.execute(
                    "INSERT INTO damage (sha256, block, found_at) VALUES (?, ?, ?)", (sha256, block, now)
                )
            if not blocks:
                tx.execute("UPDATE medium SET scrubbed_at = ? WHERE sha256 = ?", (now, sha256))

    def damaged(self) -> dict[Sha256, tuple[int, ...]]:
        """Damaged blocks by film, as they were last found."""
        found: dict[Sha256, tuple[int, ...]] = {}
        for row in self._database.query("SELECT sha256, block FROM damage ORDER BY sha256, block"):
            found[Sha256(row["sha256"])] = (*found.get(Sha256(row["sha256"]), ()), row["block"])
        return found

    def scrubbed(self) -> list[Scrubbed]:
        """When each film was last read from the card and found whole."""
        pinned = self.pins()
        rows = self._database.query("SELECT sha256, size_bytes, scrubbed_at FROM medium")
        return [
            Scrubbed(Sha256(row["sha256"]), row["size_bytes"], row["scrubbed_at"], row["sha256"] in pinned)
            for row in rows
        ]

    def _now(self) -> str:
        return rfc3339(self._clock.now())


def _media(row: Row) -> StoredMedia:
    return StoredMedia(
        Sha256(row["sha256"]),
        row["name"],
        row["size_bytes"],
        row["duration_ms"],
        row["gain_db"],
        row["blocks_root"],
    )
