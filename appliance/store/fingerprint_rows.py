"""The registry of cuts in ``capture.db``: what each looks like, second by second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.ids import BoxId, ClipId, EventId
from appliance.model.fingerprint import Fingerprint, Look, View
from appliance.paths import Paths, Service
from appliance.store.database import Database, Durability
from appliance.store.outbox import Outbox, rfc3339


class FingerprintReader:
    """What everybody may read."""

    def __init__(self, database: Database) -> None:
        """Of ``capture.db``."""
        self.database = database

    @classmethod
    def reader(cls, paths: Paths) -> FingerprintReader:
        """Open for reading; ``store.missing`` before the capture has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.CAPTURE)))

    def all(self, box: BoxId) -> list[Fingerprint]:
        """Every registered cut of this box, the newest first."""
        looks: dict[tuple[str, str], list[Look]] = {}
        for row in self.database.query("SELECT * FROM fingerprint_look ORDER BY clip, cut, at_ms, view DESC"):
            found = looks.setdefault((row["clip"], row["cut"]), [])
            found.append(Look(row["at_ms"], row["dhash"], row["phash"], View(row["view"])))
        rows = self.database.query(
            "SELECT fingerprint.clip, fingerprint.cut, moment.event FROM fingerprint"
            " JOIN moment USING (clip) ORDER BY fingerprint.clip DESC, fingerprint.cut"
        )
        return [
            Fingerprint(
                box,
                EventId(row["event"]),
                ClipId(row["clip"]),
                row["cut"],
                tuple(looks.get((row["clip"], row["cut"]), ())),
            )
            for row in rows
        ]

    def missing(self) -> list[tuple[ClipId, str, str]]:
        """Clip, cut and file name of every film that is not registered yet, the oldest first."""
        rows = self.database.query(
            "SELECT clip_file.clip, clip_file.cut, clip_file.name FROM clip_file"
            " LEFT JOIN fingerprint USING (clip, cut) WHERE kind = 'mp4' AND fingerprint.clip IS NULL"
            " ORDER BY clip_file.clip, clip_file.cut"
        )
        return [(ClipId(row["clip"]), row["cut"], row["name"]) for row in rows]


class FingerprintRows(FingerprintReader):
    """The owner's side: only the capture's own process."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        """``database``: the owner's, as ``CaptureRows`` has it."""
        super().__init__(database)
        self._outbox = outbox

    def register(self, clip: ClipId, cut: str, looks: Sequence[Look], at: datetime) -> None:
        """Enter a cut, and tell the organiser; one transaction. Again does nothing."""
        with self.database.transaction(Durability.FULL) as tx:
            added = tx.execute(
                "INSERT INTO fingerprint (clip, cut, made_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (clip, cut, rfc3339(at)),
            )
            if not added:
                return
            for look in looks:
                tx.execute(
                    "INSERT INTO fingerprint_look (clip, cut, at_ms, view, dhash, phash)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (clip, cut, look.at_ms, look.view, look.dhash, look.phash),
                )
            event = self.database.query("SELECT event FROM moment WHERE clip = ?", (clip,))[0]["event"]
            self._outbox.fact(
                tx,
                "clip_registered",
                event,
                clip=clip,
                cut=cut,
                looks=[
                    {
                        "at_ms": look.at_ms,
                        "view": look.view,
                        "dhash": look.dhash.hex(),
                        "phash": look.phash.hex(),
                    }
                    for look in looks
                ],
            )
