"""SQL of uploads in parts in ``media.db``: which have begun, and what of them the bucket has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from appliance.clock import Clock
from appliance.model.stored_part import StoredPart
from appliance.store.database import Database, Row
from appliance.store.outbox import rfc3339

_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Upload:
    """One that has begun: of object ``number``, under ``key``; ``id`` is the bucket's."""

    number: int
    key: str
    id: str
    size_bytes: int
    digests: tuple[bytes, ...]
    """SHA-256 of each part, as it was when the whole file was proven."""
    parts: Mapping[int, StoredPart] = field(default_factory=dict)
    """By number, from 1; the bucket may have a later one before an earlier one."""

    def missing(self, count: int) -> Iterator[int]:
        """Which of ``count`` parts the bucket does not have, in order."""
        return (number for number in range(1, count + 1) if number not in self.parts)


class UploadRows:
    """All writing is FULL: what the bucket has is not sent again after a power cut."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """``database`` is media.db, opened by its owner."""
        self._database = database
        self._clock = clock

    def of(self, number: int) -> Upload | None:
        """The upload of object ``number``; None if none has begun."""
        rows = self._database.query("SELECT * FROM push_upload WHERE object = ?", (number,))
        return self._upload(rows[0]) if rows else None

    def begin(self, upload: Upload) -> None:
        """Note that it has begun."""
        with self._database.transaction() as tx:
            tx.execute(
                "INSERT INTO push_upload (object, key, upload, began, size_bytes, digests)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    upload.number,
                    upload.key,
                    upload.id,
                    rfc3339(self._clock.now()),
                    upload.size_bytes,
                    b"".join(upload.digests),
                ),
            )

    def add(self, upload: Upload, number: int, part: StoredPart) -> None:
        """Note that the bucket has part ``number``."""
        with self._database.transaction() as tx:
            tx.execute(
                "INSERT INTO push_upload_part (object, part, etag, sha256) VALUES (?, ?, ?, ?)",
                (upload.number, number, part.etag, part.sha256),
            )

    def doubt(self, number: int) -> None:
        """The file may be another by now: forget what was proven."""
        with self._database.transaction() as tx:
            tx.execute("UPDATE push_upload SET digests = x'' WHERE object = ?", (number,))

    def forget(self, number: int) -> None:
        """It is whole, or there is none any more."""
        with self._database.transaction() as tx:
            tx.execute("DELETE FROM push_upload_part WHERE object = ?", (number,))
            tx.execute("DELETE FROM push_upload WHERE object = ?", (number,))

    def orphans(self) -> list[Upload]:
        """Uploads of objects that are stored, or given up: nobody goes on with them."""
        rows = self._database.query(
            "SELECT u.* FROM push_upload u LEFT JOIN push_object o ON o.number = u.object"
            " WHERE o.number IS NULL OR o.stored_at IS NOT NULL OR o.given_up IS NOT NULL ORDER BY u.object"
        )
        return [self._upload(row) for row in rows]

    def _upload(self, row: Row) -> Upload:
        parts = self._database.query(
            "SELECT part, etag, sha256 FROM push_upload_part WHERE object = ? ORDER BY part",
            (row["object"],),
        )
        stored = {part["part"]: StoredPart(part["etag"], bytes(part["sha256"])) for part in parts}
        joined = bytes(row["digests"])
        digests = tuple(joined[at : at + _DIGEST_BYTES] for at in range(0, len(joined), _DIGEST_BYTES))
        return Upload(row["object"], row["key"], row["upload"], row["size_bytes"], digests, stored)
