"""``state.json``: the venue at a glance, put when it changed; derived from the owners' rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import state_key
from appliance.clock import Clock
from appliance.config import BoxTable
from appliance.ids import BoxId, EventId
from appliance.model.show_view import Phase
from appliance.model.sync_view import BoxHealth, BoxState
from appliance.paths import Paths, Service
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import rfc3339
from appliance.store.outboxes import Outboxes
from appliance.store.show_rows import ShowRows


class House:
    """Reads what the other services wrote; what is not there yet is left empty. Use it from one thread."""

    def __init__(
        self, paths: Paths, box: BoxTable, outboxes: Outboxes, health: Callable[[], BoxHealth]
    ) -> None:
        """Nothing is opened yet."""
        self._health = health
        self._paths = paths
        self._box = box
        self._outboxes = outboxes
        self._show: ShowRows | None = None
        self._audience: AudienceRows | None = None

    def state(self, waiting: int) -> BoxState:
        """The venue now, without a time; ``waiting`` rows are not in the bucket yet."""
        blank = BoxState(self._box.id, self._box.name, at="", waiting=waiting, health=self._health())
        if self._show is None and self._outboxes.is_there(Service.SHOW):
            self._show = ShowRows.reader(self._paths)
        loaded = self._show.loaded() if self._show else None
        if self._show is None or loaded is None:
            return blank
        event, step = loaded.event, self._show.last_step(loaded.show)
        on = step.item_id if step else None
        item = next((item for item in event.programme.items if item.id == on), None)
        return replace(
            blank,
            event=event.id,
            title=event.title,
            phase=step.phase if step else Phase.STANDBY,
            item=item.id if item else "",
            item_title=item.title if item else "",
            position_ms=step.position_ms if step else 0,
            attendance=self._attendance(event.id),
            clips_waiting=self._clips_waiting(event.id),
        )

    def _attendance(self, event: EventId) -> int:
        if self._audience is None and self._outboxes.is_there(Service.PORTAL):
            self._audience = AudienceRows.reader(self._paths)
        return self._audience.counts(event).signed_up if self._audience else 0

    def _clips_waiting(self, event: EventId) -> int:
        made = self._outboxes.count(Service.CAPTURE, "clip_made", event)
        return max(0, made - self._outboxes.count(Service.CAPTURE, "clip_approved", event))


class StatePutter:
    """Puts ``state.json`` when it changed, at most each ``least_s``. Use it from one thread."""

    def __init__(self, bucket: Bucket, house: House, clock: Clock, *, least_s: float = 5.0) -> None:
        """The first put is due at once: it shows whether the bucket answers."""
        self._bucket = bucket
        self._house = house
        self._clock = clock
        self._least_s = least_s
        self._not_before = clock.monotonic()
        self._put: BoxState | None = None

    def step(self, waiting: Callable[[], int]) -> bool:
        """Put the state if that is due; ``waiting`` counts rows. Raises what the bucket raises."""
        now = self._clock.monotonic()
        if now < self._not_before:
            return False
        state = self._house.state(waiting())
        news = replace(state, position_ms=0)  # that a film goes on is no news
        if news == self._put:
            return False
        content = msgspec.json.format(msgspec.json.encode(replace(state, at=rfc3339(self._clock.now()))))
        self._bucket.put(state_key(BoxId(state.box)), content, "application/json")
        self._put = news
        self._not_before = now + self._least_s
        return True
