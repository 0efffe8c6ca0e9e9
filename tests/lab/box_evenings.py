"""Box-evenings played into a real S3 server by the product's own push; their cost, counted on the wire."""

from __future__ import annotations

import random
import shutil
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from appliance.bucket.bucket_s3 import S3Bucket
from appliance.clock import HeldClock
from appliance.config import BoxTable
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.sync_view import BoxHealth
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.box_state import House, StatePutter
from appliance.sync.push import Pusher
from appliance.sync.status import SyncStatus
from lab.outbox_owners import Owners

EVENING = timedelta(hours=3)
_TRIES = 10
SEALED = b64encode(random.Random(1).randbytes(700)).decode()  # noqa: S311 as long as a sealed sign-up is
"""What is random does not pack: as dear as a real one."""


class _Sent(Protocol):
    """A request of botocore's."""

    headers: Mapping[str, str | bytes]


@dataclass
class Cost:
    """What one box-evening cost."""

    requests: int = 0
    sent_bytes: int = 0
    """Of bodies; heads are about 0.9 KB each beside them."""
    rows: int = 0


def play(root: Path, bucket: S3Bucket, name: str, moments: int, luck: random.Random) -> Cost:
    """One box, one event, ``moments`` at which something happens, spread over the evening as it is played.

    Beside ``root`` an empty card is made once, for the next ones to be copies of.
    """
    clock = HeldClock()
    blank = root.parent / "blank"
    if not blank.exists():
        Owners(Paths(blank)).close()
        Database.open_owner(Paths(blank).database(Service.SYNC), Service.SYNC).close()
    shutil.copytree(blank, root)
    box = BoxId(name)
    owners = Owners(Paths(root), box=box, clock=clock)
    rows = SyncRows(Database.open_owner(owners.paths.database(Service.SYNC), Service.SYNC), clock)
    outboxes = Outboxes(owners.paths)
    pusher = Pusher(box, bucket, rows, outboxes, owners.paths.clips, clock)
    status = SyncStatus(rows, outboxes, clock, None)
    house = House(owners.paths, BoxTable(id=box), outboxes, BoxHealth)
    putter = StatePutter(bucket, house, clock)
    cost = Cost()
    with counted(bucket, cost):
        for at in sorted(luck.uniform(0, EVENING.total_seconds()) for _ in range(moments)):
            clock.advance(max(0.0, at - clock.monotonic()))
            happens(owners, luck)
            drain(pusher, putter, status)
        clock.advance(10)
        drain(pusher, putter, status)
    cost.rows = len(owners.written)
    owners.close()
    rows._database.close()  # noqa: SLF001 the lab's own
    return cost


def happens(owners: Owners, luck: random.Random) -> None:
    """Somebody signs up, takes something, pays; or the show goes on."""
    match luck.choice(("sign-up", "claim", "claim", "show")):
        case "sign-up":
            owners.person(SEALED)
            owners.fact("signed_up", Service.PORTAL, purposes=["news"])
        case "claim":
            owners.fact("drop_claimed", Service.PORTAL, drop="poster", claim=str(luck.random()), variant="")
            owners.fact("paid", Service.PORTAL, way="cash", amount_minor=1200, currency="EUR")
        case _:
            owners.fact()


def drain(pusher: Pusher, putter: StatePutter, status: SyncStatus) -> None:
    """Until nothing is due; a server that is short of breath is asked again, and that counts too."""
    for tries_left in reversed(range(_TRIES)):
        try:
            while pusher.step() or putter.step(status.waiting):
                pass
        except MatineeError as fault:
            if fault.key != "bucket.away" or not tries_left:
                raise
        else:
            return


@contextmanager
def counted(bucket: S3Bucket, cost: Cost) -> Iterator[None]:
    """Count each request as it leaves, retries and all."""

    def count(request: _Sent, **_: object) -> None:
        cost.requests += 1
        cost.sent_bytes += int(request.headers.get("Content-Length") or 0)

    events = bucket._client.meta.events  # noqa: SLF001 nearer to the wire than anything public
    events.register("before-send.s3", count)
    try:
        yield
    finally:
        events.unregister("before-send.s3", count)
