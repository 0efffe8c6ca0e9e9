"""What stands in one planned object: made again from its rows whenever asked, always the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from appliance.bucket.layout import RowsKey, clip_key
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import PushObject
from appliance.sync.clip_message import content_type
from appliance.sync.planning import group_of


@dataclass(frozen=True, slots=True)
class MadeObject:
    """An object as it is put: whoever brings it, the same key and the same bytes."""

    key: str
    content: bytes | Path
    content_type: str


class ObjectMaker:
    """From plans to objects; safe to use from any thread."""

    def __init__(self, box: BoxId, outboxes: Outboxes, clips: Path) -> None:
        """``clips`` is the folder in which the clips' files lie."""
        self._box = box
        self._outboxes = outboxes
        self._clips = clips

    def make(self, planned: PushObject) -> MadeObject | None:
        """The object; None if its rows are gone, because their outbox was replaced.

        Raises ``sync.*`` for a clip that can never go up, and what reading an outbox raises.
        """
        if planned.plan.lane is Lane.CLIPS:
            return self._clip(planned)
        content = self._rows(planned)
        if not content:
            return None
        plan = planned.plan
        key = RowsKey(plan.lane, self._box, plan.event, plan.day, planned.epoch, planned.number)
        return MadeObject(str(key), content, CONTENT_TYPE)

    def _clip(self, planned: PushObject) -> MadeObject:
        plan = planned.plan
        if not plan.file:
            raise MatineeError("sync.unreadable_clip", number=planned.number)
        path = self._clips / plan.file
        _check(path, plan.sha256)
        return MadeObject(clip_key(self._box, plan.event, plan.file), path, content_type(plan.file))

    def _rows(self, planned: PushObject) -> bytes:
        plan = planned.plan
        bodies = [
            row.body
            for part in plan.parts
            for row in self._outboxes.between(part.owner, plan.lane, part.first_seq, part.last_seq)
            if group_of(row) == (plan.event, plan.day)
        ]
        return pack(bodies) if bodies else b""


def _check(path: Path, sha256: str) -> None:
    """Only what was made may leave the box."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise MatineeError("sync.file_missing", file=path.name) from fault
    if found != sha256:
        raise MatineeError("sync.file_changed", file=path.name)
