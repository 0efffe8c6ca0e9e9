"""The push: plan an object durably, put it, mark it. Killed anywhere: nothing missing, nothing double."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import RowsKey, clip_key
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Service
from appliance.store.outbox import Lane, OutboxMessage
from appliance.store.outboxes import OWNERS, Outboxes
from appliance.store.sync_rows import Cursor, Part, PushObject, SyncRows
from appliance.sync.clip_message import content_type
from appliance.sync.planning import group_of, plans_for

LANES = (Lane.PEOPLE, Lane.FACTS, Lane.CLIPS)
"""In the order in which they go up."""
MOST_ROWS = 1000
"""Of one owner in one plan."""
ASIDE_S = 15.0
"""How long an object that can not be brought up is left, and the others go on."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Aside:
    until: float
    sentence: str


class Pusher:
    """Puts one object at a time. Use it from one thread; ``faults`` from any.

    The first plan after a start begins a fresh epoch, because this card may be a copy, or come back from a
    copy, of one that has gone on: new objects never get a name that another card may have used. What was
    planned before keeps its name: on every copy it is the same rows and the same bytes.
    """

    def __init__(
        self, box: BoxId, bucket: Bucket, rows: SyncRows, outboxes: Outboxes, clips: Path, clock: Clock,
        *, gather_s: float = 5.0,
    ) -> None:  # fmt: skip
        """A lane is planned at most each ``gather_s``, so that a busy bar makes few objects."""
        self._box = box
        self._bucket = bucket
        self._rows = rows
        self._outboxes = outboxes
        self._clips = clips
        self._clock = clock
        self._gather_s = gather_s
        self._not_before: dict[Lane, float] = {}
        self._seen: dict[Lane, tuple[int, ...]] = {}
        self._epoch_begun = False
        self._aside: dict[tuple[Part, ...], _Aside] = {}

    @property
    def faults(self) -> tuple[str, ...]:
        """Sentences on the objects that were set aside."""
        return tuple(sorted({aside.sentence for aside in tuple(self._aside.values())}))

    def hurry(self) -> None:
        """Plan what waits at the next step, gathered or not; try again what was set aside."""
        self._not_before.clear()
        self._aside.clear()

    def step(self) -> bool:
        """Bring the one most urgent object up; False if nothing is due.

        Raises what the bucket raises; then the object stays planned.
        """
        for lane in LANES:
            planned = self._next(lane) or self._plan(lane)
            while planned is not None:
                if self._bring_up(planned):
                    return True
                planned = self._next(lane, planned.number)
        return False

    def _next(self, lane: Lane, after: int = 0) -> PushObject | None:
        """The oldest open object that is not set aside. Files of one clip are set aside together."""
        now = self._clock.monotonic()
        while (planned := self._rows.next_open(lane, after)) is not None:
            aside = self._aside.get(planned.plan.parts)
            if aside is None or aside.until <= now:
                return planned
            after = planned.number
        return None

    def _plan(self, lane: Lane) -> PushObject | None:
        now = self._clock.monotonic()
        versions = self._outboxes.versions()
        if now < self._not_before.get(lane, now) or self._seen.get(lane) == versions:
            return None
        waiting = {owner: rows for owner in OWNERS if (rows := self._waiting(owner, lane))}
        if not waiting:
            self._seen[lane] = versions
            return None
        cursors = {owner: Cursor(rows[-1].seq, rows[-1].id) for owner, rows in waiting.items()}
        if not self._epoch_begun:
            _log.info("new epoch=%s", self._rows.new_epoch())
            self._epoch_begun = True
        self._rows.plan(lane, plans_for(lane, waiting), cursors)
        if all(len(rows) < MOST_ROWS for rows in waiting.values()):
            self._not_before[lane] = now + self._gather_s
        return self._next(lane)

    def _waiting(self, owner: Service, lane: Lane) -> list[OutboxMessage]:
        cursor = self._rows.cursor(owner, lane)
        if not self._outboxes.holds(owner, cursor):
            _log.warning("outbox was replaced, reading it again owner=%s lane=%s", owner, lane)
            self._rows.rewind(owner, lane)
            cursor = Cursor()
        return self._outboxes.after(owner, lane, cursor.seq, MOST_ROWS)

    def _bring_up(self, planned: PushObject) -> bool:
        """Put and mark; False if the box itself could not read what is to be put, which is set aside."""
        try:
            self._put(planned)
        except MatineeError as fault:
            if fault.key.startswith("sync."):
                _log.warning("given up object=%s key=%s", planned.number, fault.key)
                self._rows.give_up(planned, fault.sentence)
            elif fault.key == "bucket.refused":
                self._set_aside(planned, fault)
                raise
            elif fault.key.startswith("bucket."):
                raise
            else:
                self._set_aside(planned, fault)
                return False
        self._aside.pop(planned.plan.parts, None)
        return True

    def _set_aside(self, planned: PushObject, fault: MatineeError) -> None:
        _log.warning("set aside object=%s key=%s", planned.number, fault.key)
        self._aside[planned.plan.parts] = _Aside(self._clock.monotonic() + ASIDE_S, fault.sentence)

    def _put(self, planned: PushObject) -> None:
        if planned.plan.lane is Lane.CLIPS:
            self._put_clip(planned)
        elif content := self._content(planned):
            self._put_rows(planned, content)
        else:
            self._rows.mark_stored(planned)  # its outbox was replaced: those rows are gone

    def _put_rows(self, planned: PushObject, content: bytes) -> None:
        plan, number = planned.plan, planned.number
        key = RowsKey(plan.lane, self._box, plan.event, plan.day, planned.epoch, number)
        self._bucket.put(str(key), content, CONTENT_TYPE, only_if_absent=True)
        self._rows.mark_stored(planned)
        _log.info(
            "stored lane=%s object=%s rows=%s bytes=%s", plan.lane, number, plan.row_count, len(content)
        )

    def _put_clip(self, planned: PushObject) -> None:
        plan = planned.plan
        if not plan.file:
            raise MatineeError("sync.unreadable_clip", number=planned.number)
        path = self._clips / plan.file
        _check(path, plan.sha256)
        key = clip_key(self._box, plan.event, plan.file)
        self._bucket.put(key, path, content_type(plan.file), only_if_absent=True)
        self._rows.mark_stored(planned)
        _log.info("stored lane=%s object=%s", plan.lane, planned.number)

    def _content(self, planned: PushObject) -> bytes:
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
