"""What waits, how large, how old, and how the bucket answers."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.model.allowance import Allowance
from appliance.model.sync_view import BucketState, ContentView, LaneView, SyncView
from appliance.store.outbox import Lane
from appliance.store.outboxes import OWNERS, Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.planner import LANES
from appliance.sync.progress import Coming
from appliance.sync.worker import PushWorker, Uplink

_NO_BUCKET = Uplink(BucketState.NONE)


class SyncStatus:
    """Counts rows whenever asked: nothing is kept beside them."""

    def __init__(self, rows: SyncRows, outboxes: Outboxes, clock: Clock, worker: PushWorker | None) -> None:
        """``worker`` is None on a box without a bucket."""
        self._rows = rows
        self._outboxes = outboxes
        self._clock = clock
        self._worker = worker

    def view(self) -> SyncView:
        """All of it, now."""
        uplink = self._worker.uplink if self._worker else _NO_BUCKET
        aside = self._worker.faults if self._worker else ()
        pushed = self._rows.pushed()
        pusher = self._worker.pusher if self._worker else None
        going = pusher.going if pusher else Coming()
        return SyncView(
            bucket=uplink.state,
            sentence=uplink.sentence,
            lanes=tuple(self._lane(lane, pushed.get(lane, 0)) for lane in LANES),
            last_success=uplink.last_success or self._rows.last_stored(),
            held=pusher.metering.held if pusher else (),
            allowance=pusher.metering.allowance if pusher else Allowance(),
            clip=ContentView(
                now=going.name,
                done_bytes=going.done_bytes,
                size_bytes=going.size_bytes,
                rate_bytes_s=going.rate_bytes_s,
                left_s=going.left_s,
            ),
            given_up=self._rows.given_up(),
            faults=tuple(dict.fromkeys((*self._outboxes.faults, *aside))),
        )

    def waiting(self) -> int:
        """Rows of all lanes that are not in the bucket yet."""
        return sum(self._lane(lane, 0).count for lane in LANES)

    def _lane(self, lane: Lane, pushed: int) -> LaneView:
        found = [self._outboxes.waiting(owner, lane, self._rows.stored_seq(owner, lane)) for owner in OWNERS]
        oldest = min((waiting.oldest for waiting in found if waiting.oldest), default=None)
        return LaneView(
            lane=lane,
            count=sum(waiting.count for waiting in found),
            size_bytes=sum(waiting.size_bytes for waiting in found),
            oldest_s=max(0.0, (self._clock.now() - oldest).total_seconds()) if oldest else 0.0,
            pushed=pushed,
        )
