"""The sync service: wires the push and the media desk to the loop, and answers what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import msgspec

from appliance.bucket.opening import open_bucket
from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.health import checks
from appliance.ids import BoxId
from appliance.ipc.server import Request, Route
from appliance.model.allowance import Allowance
from appliance.model.sync_view import BucketState, SyncView
from appliance.paths import Paths, Service
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.service import ServiceLoop
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.box_health import HealthWatch
from appliance.sync.box_state import House, StatePutter
from appliance.sync.content import Content
from appliance.sync.courier import CourierDesk
from appliance.sync.fence import CardFence, make_fence
from appliance.sync.hooks import make_hooks
from appliance.sync.media import MediaDesk
from appliance.sync.planner import Planner
from appliance.sync.push import CLIP_LANE, ROW_LANES, Pusher
from appliance.sync.relay_desk import LOOK_S, RelayDesk
from appliance.sync.status import SyncStatus
from appliance.sync.tickets import make_exchange, shop_of
from appliance.sync.till import make_till
from appliance.sync.worker import PushWorker, Uplink


def run_sync(paths: Paths, config: Config) -> None:
    """Serve until SIGTERM or SIGINT; raises ``MatineeError`` before being ready if it can not start."""
    paths.ensure()
    clock = BoxClock(paths.root)
    loop = ServiceLoop(Service.SYNC, paths, clock)
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    rows = SyncRows(database, clock)
    outboxes = Outboxes(paths)
    planner = Planner(rows, outboxes)
    bucket = open_bucket(config.bucket, clock)
    fence = make_fence(paths, config, bucket, database, clock)
    worker = make_worker(paths, config, rows, outboxes, clock, planner, fence)
    desk = MediaDesk(paths, database, clock, config)
    content = Content(paths, config, database, desk, bucket, clock)
    tickets, till = make_exchange(paths, config, clock), make_till(paths, config, clock)
    hooks = make_hooks(paths, config, clock)
    streams = RelayDesk(paths, config, clock)
    status = SyncStatus(rows, outboxes, clock, worker)
    tellers = [thread for thread in (till, *hooks) if thread is not None]

    def untold() -> tuple[str, ...]:
        return (*streams.faults(), *(thread.sentence for thread in tellers if thread.sentence))

    loop.serve(push_routes(status, worker, content, untold, fence))
    loop.serve(desk.routes())
    loop.serve(CourierDesk(paths, config, rows, outboxes, planner, clock).routes())
    loop.serve([Route("GET", "/tickets", lambda _: shop_of(tickets))])

    def bell() -> None:
        streams.look()
        if worker is not None:
            worker.wake()

    loop.on_bell(bell)
    loop.every(LOOK_S, streams.look)
    loop.post(streams.start)
    if worker is not None:
        loop.post(lambda: worker.start(on_fault=lambda fault: loop.post(lambda: _raise(fault))))
    loop.post(lambda: content.start(on_fault=lambda fault: loop.post(lambda: _raise(fault))))
    outside = tellers if tickets is None else [tickets, *tellers]
    for thread in outside:
        loop.post(partial(thread.start, on_fault=lambda fault: loop.post(lambda: _raise(fault))))
    try:
        loop.run()
    finally:
        for thread in outside:
            thread.stop()
        streams.stop()
        content.stop()
        if worker is not None:
            worker.stop()
        database.close()


def make_worker(
    paths: Paths, config: Config, rows: SyncRows, outboxes: Outboxes, clock: Clock, planner: Planner,
    fence: CardFence | None = None,
) -> PushWorker | None:  # fmt: skip
    """The push of this box, not started; None if there is no bucket to push to.

    ``fence``: behind it nothing is put; None: nobody could say that this card was replaced.
    """
    bucket = open_bucket(config.bucket, clock)
    if bucket is None:
        return None
    box = BoxId(config.box.id)
    allowance = Allowance(*msgspec.structs.astuple(config.uplink))
    pusher = Pusher(
        box, bucket, rows, outboxes, paths.clips, clock, planner=planner, allowance=allowance
    )  # fmt: skip
    watch = HealthWatch(
        outboxes, clock, lambda: (*pusher.faults, *rows.given_up()), lambda: checks.free_bytes(paths)
    )
    putter = StatePutter(bucket, House(paths, config.box, outboxes, watch.health), clock)
    counting = SyncStatus(rows, outboxes, clock, None)

    def urgent() -> bool:
        return pusher.step(ROW_LANES) or putter.step(counting.waiting)

    def step() -> bool:
        if fence is not None and fence.stands():
            return False
        return urgent() or pusher.step(CLIP_LANE)

    pusher.overtake = urgent

    first = Uplink(BucketState.AWAY, MatineeError("sync.first_contact", where=bucket.where).sentence)
    return PushWorker(step, pusher.hurry, clock, first, faults=lambda: pusher.faults, pusher=pusher)


def push_routes(
    status: SyncStatus,
    worker: PushWorker | None,
    content: Content,
    streams: Callable[[], tuple[str, ...]] = tuple,
    fence: CardFence | None = None,
) -> Sequence[Route]:
    """What may be asked about the way up and the way down; ``streams``: whose streams and programs fail."""

    def view(_request: Request) -> SyncView:
        if fence is not None:
            fence.look()
        replaced = "" if fence is None else fence.sentence
        return replace(status.view(), content=content.view(), streams=streams(), replaced=replaced)

    def push(request: Request) -> SyncView:
        if worker is not None:
            worker.push()
        content.hurry()
        return view(request)

    def allow(request: Request) -> SyncView:
        said = request.decode(Allowance)
        if worker is None or worker.pusher is None:
            raise MatineeError("sync.no_bucket")
        worker.pusher.metering.allow(said)
        worker.wake()
        return view(request)

    return (
        Route("GET", "/status", view),
        Route("POST", "/push", push),
        Route("POST", "/uplink", allow),
    )


def _raise(fault: Exception) -> None:
    raise fault
