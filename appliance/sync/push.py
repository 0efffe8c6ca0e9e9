"""The push: plan an object durably, put it, mark it. Killed anywhere: nothing missing, nothing double."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.bucket.bucket import Bucket, Metered
from appliance.bucket.parts import InParts
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.allowance import NO_LIMIT, Allowance
from appliance.model.removal import Release
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import Part, PushObject, SyncRows
from appliance.store.usage_rows import CLIPS, ROWS, UsageRows
from appliance.sync.clip_upload import ClipUpload
from appliance.sync.metering import Metering
from appliance.sync.object_content import FEWEST_PARTS, MadeObject, ObjectMaker, is_notice
from appliance.sync.planner import LANES, MOST_ROWS, Planner
from appliance.sync.progress import Coming, Meter

ROW_LANES = (Lane.PEOPLE, Lane.FACTS)
"""Small, and never behind a clip."""
CLIP_LANE = (Lane.CLIPS,)
LOOK_S = 1.0
"""How often rows are looked for while a part is on its way."""
ASIDE_S = 15.0
"""How long an object that can not be brought up is left, and the others go on."""
CARD_S = 600.0
"""The same for a file that the card does not give back: reading it again wears the card and seldom helps."""
_SHORTEST_LOOK_S = 0.01

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Aside:
    until: float
    sentence: str


class Pusher:
    """Puts one object at a time. Use it from one thread; ``faults`` from any."""

    def __init__(  # noqa: PLR0913 all but two are whose it is
        self, box: BoxId, bucket: Bucket, rows: SyncRows, outboxes: Outboxes, clips: Path, clock: Clock,
        *, gather_s: float = 5.0, planner: Planner | None = None, allowance: Allowance = NO_LIMIT,
    ) -> None:  # fmt: skip
        """A lane is planned at most each ``gather_s``, so that a busy bar makes few objects.

        ``planner``: the one of this process; None if nobody else plans. Where the bucket can, a large clip
        goes up in parts and goes on where it stopped. ``allowance``: what the line may carry, until Setup
        says otherwise.
        """
        self._bucket = bucket
        self._rows = rows
        self._outboxes = outboxes
        self._maker = ObjectMaker(box, outboxes, clips)
        self._planner = planner or Planner(rows, outboxes)
        self._clock = clock
        self._gather_s = gather_s
        self._not_before: dict[Lane, float] = {}
        self._seen: dict[Lane, tuple[int, ...]] = {}
        self._aside: dict[tuple[Part, ...], _Aside] = {}
        self._upload: ClipUpload | None = None
        if isinstance(bucket, InParts):
            self._upload = ClipUpload(bucket.parts, rows.uploads, lambda: max(_SHORTEST_LOOK_S, LOOK_S))
        self.overtake: Callable[[], bool] = lambda: self.step(ROW_LANES)
        """What is brought up while a part is on its way, one thing a call, until it says False."""
        self._tidied = False
        self._look_at = 0.0
        self._meter = Meter(clock)
        self._event = ""
        traffic = bucket.traffic if isinstance(bucket, Metered) else None
        self.metering = Metering(UsageRows(rows.database), traffic, allowance, clock)

    @property
    def going(self) -> Coming:
        """The clip that goes up now; from any thread."""
        return self._meter.coming()

    @property
    def faults(self) -> tuple[str, ...]:
        """Sentences on the objects that were set aside."""
        return tuple(sorted({aside.sentence for aside in tuple(self._aside.values())}))

    def settle(self) -> None:
        """Wait for what is on its way, and note it: before this pusher is given up."""
        if self._upload is not None:
            self._upload.settle()

    def hurry(self) -> None:
        """Plan what waits at the next step, gathered or not; try again what was set aside."""
        self._not_before.clear()
        self._aside.clear()

    def step(self, lanes: Sequence[Lane] = LANES) -> bool:
        """Bring the one most urgent object of ``lanes`` up, or a part of it; False if nothing is due.

        Raises what the bucket raises; then the object stays planned.
        """
        for lane in lanes:
            if lane is Lane.CLIPS:
                self._tidy()
            held: set[str] = set()  # events: of one clip nothing passes by its film
            planned = self._next(lane) or self._plan(lane)
            while planned is not None:
                release = self._release(planned)
                if release is Release.WITHDRAWN:
                    self._drop(planned)
                elif release is Release.HELD:
                    pass  # it waits for the crew; others pass it by
                elif not self._may(planned) or (planned.plan.event in held and not is_notice(planned)):
                    held.add(planned.plan.event)
                elif self._bring_up(planned):
                    return True
                planned = self._next(lane, planned.number) or self._plan(lane)
        return False

    def _release(self, planned: PushObject) -> Release:
        return self._maker.release(planned) if planned.plan.lane is Lane.CLIPS else Release.GIVEN

    def _drop(self, planned: PushObject) -> None:
        """The clip was taken down before it went up: what the bucket has of it is given up."""
        self._rows.mark_stored(planned)
        self._tidied = False
        _log.info("not sent: taken down object=%s", planned.number)

    def _tidy(self) -> None:
        """Of a clip that was taken down the bucket keeps no part, also if no other clip ever goes up."""
        if self._upload is not None and not self._tidied:
            self._upload.tidy()
            self._tidied = True

    def _may(self, planned: PushObject) -> bool:
        """Whether the line may carry it, or its next part, now."""
        if planned.plan.lane is not Lane.CLIPS or is_notice(planned):
            return self.metering.may_rows(planned.plan.event)
        if self._upload is not None and self._upload.flies(planned.number):
            return True  # the part that is on its way was asked for
        size = self._maker.next_bytes(planned, self._rows.uploads.of(planned.number))
        return self.metering.may_clip(planned.plan.event, size)

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
        most = self._planner.plan(lane)
        if not most:
            self._seen[lane] = versions
        elif most < MOST_ROWS:
            self._not_before[lane] = now + self._gather_s
        return self._next(lane)

    def _bring_up(self, planned: PushObject) -> bool:
        """Put and mark; False if the box itself could not read what is to be put, which is set aside."""
        clip = planned.plan.lane is Lane.CLIPS
        self.metering.book("", ROWS)  # state.json
        try:
            self._put(planned)
        except MatineeError as fault:
            if fault.key.startswith("sync."):
                _log.warning("given up object=%s key=%s", planned.number, fault.key)
                self._rows.give_up(planned, fault.sentence)
                self._tidied = False
            elif fault.key == "bucket.refused":
                self._set_aside(planned, fault)
                raise
            elif fault.key.startswith("bucket."):
                raise
            else:
                self._set_aside(planned, fault)
                return False
        finally:
            self.metering.book(planned.plan.event, CLIPS if clip else ROWS)
            if clip:
                self.metering.book_parts(planned.plan.event, ended=True)
        self._aside.pop(planned.plan.parts, None)
        return True

    def _set_aside(self, planned: PushObject, fault: MatineeError) -> None:
        _log.warning("set aside object=%s key=%s", planned.number, fault.key)
        left_s = CARD_S if fault.key == "card.unreadable" else ASIDE_S
        self._aside[planned.plan.parts] = _Aside(self._clock.monotonic() + left_s, fault.sentence)

    def _put(self, planned: PushObject) -> None:
        """Put what was planned; nothing if its outbox was replaced: those rows are gone."""
        begun = self._rows.uploads.of(planned.number) if planned.plan.lane is Lane.CLIPS else None
        made = self._maker.make(planned, begun, in_parts=self._upload is not None)
        if made is not None and not self._is_whole(planned, made):
            return
        self._rows.mark_stored(planned)
        if self._upload is not None and planned.plan.lane is Lane.CLIPS:
            self._upload.forget(planned.number)
        plan = planned.plan
        _log.info("stored lane=%s object=%s rows=%s", plan.lane, planned.number, plan.row_count)

    def _is_whole(self, planned: PushObject, made: MadeObject) -> bool:
        """Put the object, or the next part of it; False if more is to come."""
        if self._upload is None or len(made.parts) < FEWEST_PARTS:
            self._bucket.put(made.key, made.content, made.content_type, only_if_absent=True)
            return True
        self._event = planned.plan.event
        if self._meter.coming().name != planned.plan.file:
            self._meter.begin(planned.plan.file)
        whole = self._upload.step(
            planned.number, made.key, made.content_type, made.parts, self._underway,
            lambda size: self.metering.may_clip(planned.plan.event, size),
        )  # fmt: skip
        if whole:
            self._meter.begin("")
        return whole

    def _underway(self, done: int, size: int) -> None:
        """A part leaves: a sign-up that comes now does not wait for its end."""
        now = self._clock.monotonic()
        if now < self._look_at:
            return
        self._meter.tell(done, size)
        self.metering.book_parts(self._event, ended=False)
        try:
            while self.overtake():
                pass
        except MatineeError as fault:
            _log.info("could not overtake key=%s", fault.key)  # the next step meets and tells it
        self._look_at = self._clock.monotonic() + LOOK_S
