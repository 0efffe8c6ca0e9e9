"""What stands in one planned object: made again from its rows whenever asked, always the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.bucket.layout import RowsKey, clip_key
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.bucket.parts import Digests, Stretch, digests, stretches, unreadable
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.capture import WITHDRAWN
from appliance.model.removal import Release
from appliance.model.stored_part import PART_BYTES
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import PushObject
from appliance.store.upload_rows import Upload
from appliance.sync.clip_message import content_type, decode_clip
from appliance.sync.planning import group_of

_NOTICE = f"{WITHDRAWN}.json"
FEWEST_PARTS = 2
"""A file of one part is put whole."""


@dataclass(frozen=True, slots=True)
class MadeObject:
    """An object as it is put: whoever brings it, the same key and the same bytes."""

    key: str
    content: bytes | Path
    content_type: str
    parts: tuple[Stretch, ...] = ()
    """Of a clip's file, in which it may go up."""


def is_notice(planned: PushObject) -> bool:
    """Whether it tells that a clip was taken down: small, and never behind a clip."""
    return planned.plan.file.partition(".")[2] == _NOTICE


class ObjectMaker:
    """From plans to objects; safe to use from any thread."""

    def __init__(self, box: BoxId, outboxes: Outboxes, clips: Path) -> None:
        """``clips`` is the folder in which the clips' files lie."""
        self._box = box
        self._outboxes = outboxes
        self._clips = clips
        self._read: tuple[tuple[str | int, ...], Digests] | None = None

    def make(
        self, planned: PushObject, begun: Upload | None = None, *, in_parts: bool = False
    ) -> MadeObject | None:
        """The object; None if its rows are gone, because their outbox was replaced.

        A clip's file is read whole, to prove it. Not with ``in_parts``, for a bucket that refuses a part
        which is not what was proven before: as its upload ``begun``, or by the one who made the clip.

        Raises ``sync.*`` for a clip that can never go up, ``capture.not_released`` for one that may not now,
        ``card.unreadable``, and what reading an outbox raises.
        """
        if planned.plan.lane is Lane.CLIPS:
            return self._clip(planned, begun, in_parts=in_parts)
        content = self._rows(planned)
        if not content:
            return None
        plan = planned.plan
        key = RowsKey(plan.lane, self._box, plan.event, plan.day, planned.epoch, planned.number)
        return MadeObject(str(key), content, CONTENT_TYPE)

    def release(self, planned: PushObject) -> Release:
        """Whether that clip's file may leave the box now. The notice that one was taken down always may."""
        clip, _, _ = planned.plan.file.partition(".")
        if not clip:
            return Release.GIVEN  # it can not be read, and is given up
        said = self._outboxes.release(clip, planned.plan.file)
        if is_notice(planned):
            return Release.GIVEN if said is Release.WITHDRAWN else Release.HELD
        return said

    def next_bytes(self, planned: PushObject, begun: Upload | None) -> int:
        """How much goes up at once of a clip: its next part."""
        path = self._clips / planned.plan.file
        size = path.stat().st_size if planned.plan.file and path.exists() else 0
        count = -(-size // PART_BYTES)
        first = 1 if begun is None else next(begun.missing(count), count + 1)
        return max(0, min(PART_BYTES, size - (first - 1) * PART_BYTES))

    def _clip(self, planned: PushObject, begun: Upload | None, *, in_parts: bool) -> MadeObject:
        plan = planned.plan
        if not plan.file:
            raise MatineeError("sync.unreadable_clip", number=planned.number)
        if self.release(planned) is not Release.GIVEN:  # the last door: for push and courier alike
            raise MatineeError("capture.not_released", clip=plan.file.partition(".")[0])
        path = self._clips / plan.file
        size, proven = self._proven(planned, path, begun) if in_parts else (0, ())
        if len(proven) < FEWEST_PARTS:
            size, found = self._digests(path)
            if found.whole != plan.sha256:
                raise MatineeError("sync.file_changed", file=path.name)
            proven = found.parts
        parts = stretches(path, size, proven)
        return MadeObject(clip_key(self._box, plan.event, plan.file), path, content_type(plan.file), parts)

    def _proven(self, planned: PushObject, path: Path, begun: Upload | None) -> tuple[int, Sequence[bytes]]:
        """Size and digests of the parts, as they were when the whole was proven; none: it has to be read."""
        try:
            size = path.stat().st_size
        except OSError:
            return 0, ()
        if begun is not None:
            return size, begun.digests if size == begun.size_bytes else ()
        plan = planned.plan
        for part in plan.parts:
            for row in self._outboxes.between(part.owner, plan.lane, part.first_seq, part.last_seq):
                for file in decode_clip(row.body):
                    if (file.name, file.sha256, file.part_bytes) == (plan.file, plan.sha256, PART_BYTES):
                        return size, file.digests if len(file.parts) == -(-size // PART_BYTES) else ()
        return size, ()

    def _digests(self, path: Path) -> tuple[int, Digests]:
        """Size and digests of the file, read once for all its parts; one damaged later the bucket refuses."""
        try:
            stat = path.stat()
            same = path.name, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
            read = self._read
            if read is None or read[0] != same:
                self._read = read = same, digests(path)
        except FileNotFoundError as fault:
            raise MatineeError("sync.file_missing", file=path.name) from fault
        except OSError as fault:
            raise unreadable(path.name, fault) from fault
        return stat.st_size, read[1]

    def _rows(self, planned: PushObject) -> bytes:
        plan = planned.plan
        bodies = [
            row.body
            for part in plan.parts
            for row in self._outboxes.between(part.owner, plan.lane, part.first_seq, part.last_seq)
            if group_of(row) == (plan.event, plan.day)
        ]
        return pack(bodies) if bodies else b""
