"""SQL of ``capture.db``: moments, clips and their files; runs of filming through ``run_rows``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.model.capture import Clip, ClipFile, ClipState, Moment, NewClip, NewCut
from appliance.paths import Paths, Service
from appliance.store.capture_meaning import clip_of, file_of, moment_of
from appliance.store.clip_inserts import insert_clip, insert_file, insert_moment, send_cut
from appliance.store.database import Database, Durability, Parameters
from appliance.store.outbox import Outbox, rfc3339
from appliance.store.removal_rows import waiting_at
from appliance.store.run_rows import RunReader, RunRows

_CLIPS = (
    "SELECT moment.*, moment.id AS moment_id, clip.id AS made, clip.duration_ms, clip.moment_ms, clip.width,"
    " clip.height, clip.approved_at, clip.withdrawn_at, clip.faces, captions.language AS captions_language,"
    " captions.cues AS captions_cues, captions.whole_item AS captions_whole_item FROM moment"
    " LEFT JOIN clip ON clip.id = moment.clip LEFT JOIN clip_captions captions ON captions.clip = clip.id"
)

_OF_A_CLIP = (
    ("reel_part", "reel"),
    ("reel_part", "part"),
    ("removal_answer", "clip"),
    ("clip_file", "clip"),
    ("clip_captions", "clip"),
    ("fingerprint_look", "clip"),
    ("fingerprint", "clip"),
    ("clip", "id"),
)
"""Tables and columns, in the order in which they may be emptied."""
_NO_WORDS = (
    "UPDATE removal SET words = '' WHERE event = ? AND NOT EXISTS (SELECT 1 FROM moment"
    " JOIN clip ON clip.id = moment.clip WHERE moment.event = removal.event AND withdrawn_at IS NULL)"
)
"""How the crew would have found somebody in a picture goes with the last picture of the evening."""


class CaptureReader(RunReader):
    """What everybody may read; ``CaptureRows.reader`` opens it."""

    def clips(self, event: EventId | None = None) -> list[Clip]:
        """Every clip of ``event``, else of the box, the newest first, also those still to be cut."""
        if event is None:
            return self._clips("", ())
        return self._clips("WHERE moment.event = ?", (event,))

    def approved(self, event: EventId) -> list[Clip]:
        """Clips of ``event`` that may be shown, the newest first."""
        released = "clip.id IN (SELECT clip FROM clip_release WHERE release = 'given')"
        return self._clips(f"WHERE moment.event = ? AND {released}", (event,))

    def to_approve(self, event: EventId) -> list[Clip]:
        """Clips of ``event`` that are made and wait for somebody's yes, the newest first."""
        made = "clip.id IS NOT NULL AND approved_at IS NULL AND withdrawn_at IS NULL"
        return self._clips(f"WHERE moment.event = ? AND {made}", (event,))

    def made_before(self, until: datetime) -> list[Clip]:
        """Clips that were made before ``until``, the oldest first: none that was taken down, or is in a reel.

        A reel is free only while all it was made of is: its parts go after it. Clips without a date that
        counts (``date_clips``) are none of them.
        """
        return self._clips(
            "WHERE clip.dated_at <= ? AND withdrawn_at IS NULL AND clip.id NOT IN (SELECT part FROM reel_part"
            " JOIN clip AS reel ON reel.id = reel_part.reel WHERE reel.withdrawn_at IS NULL)",
            (rfc3339(until),),
        )[::-1]

    def clip(self, clip: ClipId) -> Clip:
        """That clip; ``capture.no_clip`` if there is none."""
        found = self._clips("WHERE moment.clip = ?", (clip,))
        if not found:
            raise MatineeError("capture.no_clip", clip=clip)
        return found[0]

    def uncut(self) -> list[Moment]:
        """Moments that still are to become clips, the oldest first."""
        rows = self.database.query(
            "SELECT moment.* FROM moment LEFT JOIN clip ON clip.id = moment.clip"
            " WHERE clip.id IS NULL AND failed IS NULL ORDER BY moment.id"
        )
        return [moment_of(row) for row in rows]

    def _clips(self, where: str, parameters: Parameters) -> list[Clip]:
        rows = self.database.query(f"{_CLIPS} {where} ORDER BY moment.id DESC", parameters)
        files: dict[str, list[ClipFile]] = {}
        for row in self.database.query("SELECT * FROM clip_file ORDER BY cut, rowid"):
            files.setdefault(row["clip"], []).append(file_of(row))
        asked = waiting_at(self.database)
        return [clip_of(row, files.get(row["clip"], ()), asked.get(row["clip"], ())) for row in rows]


class CaptureRows(RunRows, CaptureReader):
    """The owner's side: only the capture's own process, which uses ``owner``. Each act is one transaction."""

    @classmethod
    def owner(cls, paths: Paths, outbox: Outbox) -> CaptureRows:
        """Open for writing: the capture's process only."""
        return cls(Database.open_owner(paths.database(Service.CAPTURE), Service.CAPTURE), outbox)

    @staticmethod
    def reader(paths: Paths) -> CaptureReader:
        """Open for reading; ``store.missing`` before the capture has run for the first time."""
        return CaptureReader(Database.open_reader(paths.database(Service.CAPTURE)))

    def moment_marked(self, moment: Moment) -> None:
        """Save a moment; when this returns it survives a power cut."""
        with self.database.transaction(Durability.FULL) as tx:
            insert_moment(tx, moment)
            self._outbox.fact(
                tx,
                "moment_marked",
                moment.event,
                moment=moment.id,
                show=moment.show,
                item=moment.item,
                by=moment.by,
                position_ms=moment.position_ms,
                reason=moment.reason,
                score=moment.score,
            )

    def moment_failed(self, moment: Moment, why: str) -> None:
        """Note, in a sentence, why there will be no clip."""
        with self.database.transaction(Durability.FULL) as tx:
            tx.execute("UPDATE moment SET failed = ? WHERE id = ?", (why, moment.id))

    def clip_made(self, moment: Moment, made: NewClip, at: datetime) -> None:
        """Save that the clip's files, already flushed, are there. Again does nothing."""
        with self.database.transaction(Durability.FULL) as tx:
            if not insert_clip(tx, made, at):
                return
            self._outbox.fact(
                tx,
                "clip_made",
                moment.event,
                clip=made.clip,
                moment=moment.id,
                show=moment.show,
                item=moment.item,
                duration_ms=made.duration_ms,
                size_bytes=sum(file.size_bytes for file in made.files),
            )

    def cut_made(self, made: NewCut) -> bool:
        """Save another cut of a clip; of an approved one it goes up at once. Again does nothing.

        False: the clip was taken down, or shredded, meanwhile, and the cut's files are to go.
        """
        known = self.clip(made.clip)
        if known.state in {ClipState.WITHDRAWN, ClipState.FAILED}:
            return False
        with self.database.transaction(Durability.FULL) as tx:
            if any(file.cut == made.cut for file in known.files):
                return True
            for file in made.files:
                insert_file(tx, made.clip, file)
            if known.approved_at is not None:
                send_cut(tx, self._outbox, replace(known, files=made.files), made.cut)
        return True

    def approve(self, clip: ClipId, at: datetime) -> bool:
        """Let a made clip be shown and go up; False if it already was. The caller has checked its state."""
        known = self.clip(clip)
        with self.database.transaction(Durability.FULL) as tx:
            changed = tx.execute(
                "UPDATE clip SET approved_at = ? WHERE id = ? AND approved_at IS NULL", (rfc3339(at), clip)
            )
            if not changed:
                return False
            for cut in sorted({file.cut for file in known.files}):
                send_cut(tx, self._outbox, known, cut)
            self._outbox.fact(
                tx, "clip_approved", known.event, clip=clip, moment=known.moment, item=known.item
            )
        return True

    def date_clips(self, now: datetime) -> None:
        """Say from when the days of new clips count; ``now`` is proven. What an unproven clock made: now."""
        undated = "dated_at IS NULL AND withdrawn_at IS NULL"
        if not self.database.query(f"SELECT 1 FROM clip WHERE {undated} LIMIT 1"):  # noqa: S608 as it stands
            return
        proven = (
            "SELECT json_extract(body, '$.clip') FROM outbox WHERE kind IN ('clip_made', 'reel_made')"
            " AND json_extract(body, '$.clock') = 'proven'"
        )
        with self.database.transaction() as tx:
            tx.execute(
                f"UPDATE clip SET dated_at = CASE WHEN id IN ({proven}) THEN made_at ELSE ? END"  # noqa: S608
                f" WHERE {undated}",
                (rfc3339(now),),
            )

    def clip_shredded(self, clip: Clip, why: str) -> bool:
        """Forget the clip and its files, which the caller overwrites next; its moment says ``why``.

        False: somebody approved it, took it down or asked not to be shown in it meanwhile. It stays.
        """
        with self.database.shredding() as tx:
            if self.clip(clip.id) != clip:
                return False
            for table, key in _OF_A_CLIP:
                tx.execute(f"DELETE FROM {table} WHERE {key} = ?", (clip.id,))  # noqa: S608 our own names
            tx.execute("UPDATE moment SET failed = ? WHERE clip = ?", (why, clip.id))
            tx.execute(_NO_WORDS, (clip.event,))
            self._outbox.fact(
                tx,
                "clip_shredded",
                clip.event,
                clip=clip.id,
                approved=clip.approved_at is not None,
                size_bytes=sum(file.size_bytes for file in clip.files),
            )
        return True
