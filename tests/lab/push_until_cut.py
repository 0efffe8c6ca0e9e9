"""Push a box's outboxes and die at a chosen point: ``ROOT CUT NTH SETTINGS-JSON``, box in ``MATINEE_BOX``.

``CUT``: ``before`` (planned, not put), ``during`` (put under way), ``after`` (put, unmarked) or ``never``.
Ends with 0 when all is in the bucket.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import msgspec

from appliance.bucket.bucket import Bucket, Put
from appliance.bucket.opening import open_bucket
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import Pusher
from cache.fetching import Progress


class CutBucket:
    """The real bucket; its lever cuts the power at the n-th put."""

    def __init__(self, bucket: Bucket, cut: str, nth: int) -> None:
        self._bucket = bucket
        self._cut = cut
        self._left = nth
        self.where = bucket.where
        self.get = bucket.get
        self.fetch = bucket.fetch
        self.exists = bucket.exists
        self.list = bucket.list

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        self._left -= 1
        now = self._left == 0
        if now and self._cut == "before":
            die()
        if now and self._cut == "during":
            threading.Timer(0.002, die).start()
        stored = self._bucket.put(
            key, content, content_type, only_if_absent=only_if_absent, progress=progress
        )
        if now and self._cut == "after":
            die()
        return stored


def die() -> None:
    """As a power cut: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(root: str, cut: str, nth: str, settings: str) -> None:
    """Push until cut, or until nothing waits."""
    paths, clock = Paths(Path(root)), RealClock()
    bucket = open_bucket(msgspec.json.decode(settings, type=BucketTable))
    if bucket is None:
        raise SystemExit(2)
    rows = SyncRows(Database.open_owner(paths.database(Service.SYNC), Service.SYNC), clock)
    cutting = CutBucket(bucket, cut, int(nth))
    box = BoxId(os.environ["MATINEE_BOX"])
    pusher = Pusher(box, cutting, rows, Outboxes(paths), paths.clips, clock, gather_s=0)
    while pusher.step():
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
