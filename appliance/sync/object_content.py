"""What stands in one planned object: made again from its rows whenever asked, always the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.bucket.layout import RowsKey, clip_key
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.bucket.parts import PART_BYTES, Digests, Stretch, digests, stretches
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.capture import WITHDRAWN
from appliance.model.removal import Release
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import PushObject
from appliance.store.upload_rows import Upload
from appliance.sync.clip_message import content_type
from appliance.sync.planning import group_of

_NOTICE = f"{WITHDRAWN}.json"


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

    def make(self, planned: PushObject, begun: Upload | None = None) -> MadeObject | None:
        """The object; None if its rows are gone, because their outbox was replaced.

        ``begun``: the clip's upload; what was proven at its beginning is not read again.

        Raises ``sync.*`` for a clip that can never go up, ``capture.not_released`` for one that may not now,
        and what reading an outbox raises.
        """
        if planned.plan.lane is Lane.CLIPS:
            return self._clip(planned, begun)
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
        said = self._outboxes.release(clip)
        if is_notice(planned):
            return Release.GIVEN if said is Release.WITHDRAWN else Release.HELD
        return said

    def next_bytes(self, planned: PushObject, begun: Upload | None) -> int:
        """How much goes up at once of a clip: its next part."""
        path = self._clips / planned.plan.file
        size = path.stat().st_size if planned.plan.file and path.exists() else 0
        done = len(begun.parts) * PART_BYTES if begun is not None else 0
        return max(0, min(PART_BYTES, size - done))

    def _clip(self, planned: PushObject, begun: Upload | None) -> MadeObject:
        plan = planned.plan
        if not plan.file:
            raise MatineeError("sync.unreadable_clip", number=planned.number)
        if self.release(planned) is not Release.GIVEN:  # the last door: for push and courier alike
            raise MatineeError("capture.not_released", clip=plan.file.partition(".")[0])
        path = self._clips / plan.file
        key = clip_key(self._box, plan.event, plan.file)
        if begun is not None and begun.digests and path.exists() and path.stat().st_size == begun.size_bytes:
            parts = stretches(path, begun.size_bytes, begun.digests)
            return MadeObject(key, path, content_type(plan.file), parts)
        size, found = self._digests(path)
        if found.whole != plan.sha256:
            raise MatineeError("sync.file_changed", file=path.name)
        return MadeObject(key, path, content_type(plan.file), stretches(path, size, found.parts))

    def _digests(self, path: Path) -> tuple[int, Digests]:
        """Size and digests of the file, read once for all its parts; one damaged later the bucket refuses."""
        try:
            stat = path.stat()
            same = path.name, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
            read = self._read
            if read is None or read[0] != same:
                self._read = read = same, digests(path)
        except OSError as fault:
            raise MatineeError("sync.file_missing", file=path.name) from fault
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
