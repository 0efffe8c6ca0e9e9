"""Push a box's outboxes and die at a chosen point: ``ROOT CUT NTH SETTINGS-JSON``, box in ``MATINEE_BOX``.

``CUT``: ``before`` (planned, not put), ``during`` (put under way), ``after`` (put, unmarked) or ``never``.
Ends with 0 when all is in the bucket.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from appliance.bucket.bucket import Bucket, Put
from appliance.bucket.opening import open_bucket
from appliance.bucket.parts import InParts, Parts, Stretch
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.ids import BoxId
from appliance.model.stored_part import StoredPart
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import Pusher
from cache.fetching import Progress

Done = TypeVar("Done")


class CutBucket:
    """The real bucket; its lever cuts the power at the n-th put."""

    def __init__(self, bucket: Bucket, cut: str, nth: int) -> None:
        self._bucket = bucket
        self._cut = cut
        self._left = nth
        self._counting = threading.Lock()
        self.where = bucket.where
        self.get = bucket.get
        self.fetch = bucket.fetch
        self.exists = bucket.exists
        self.list = bucket.list
        if isinstance(bucket, InParts):
            self.parts = CutParts(bucket.parts, self._at)

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        return self._at(
            lambda: self._bucket.put(
                key, content, content_type, only_if_absent=only_if_absent, progress=progress
            )
        )

    def _at(self, act: Callable[[], Done]) -> Done:
        with self._counting:
            self._left -= 1
            now = self._left == 0
        if now and self._cut == "before":
            die()
        if now and self._cut == "during":
            threading.Timer(0.002, die).start()
        done = act()
        if now and self._cut == "after":
            die()
        return done


class CutParts:
    """Its uploads: each act counts as a put."""

    def __init__(self, parts: Parts, at: Callable[[Callable[[], Any]], Any]) -> None:
        self._parts, self._at = parts, at
        self.abort, self.stored = parts.abort, parts.stored

    def begin(self, key: str, content_type: str) -> str:
        return str(self._at(lambda: self._parts.begin(key, content_type)))

    def put(self, key: str, upload: str, number: int, part: Stretch, progress: Progress) -> StoredPart:
        stored: StoredPart = self._at(lambda: self._parts.put(key, upload, number, part, progress))
        return stored

    def complete(self, key: str, upload: str, parts: Sequence[StoredPart]) -> Put:
        return Put(self._at(lambda: self._parts.complete(key, upload, parts)))


def die() -> None:
    """As a power cut: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


class ForgetfulBucket(CutBucket):
    """The mutant without an idempotency id: each attempt is an object of its own."""

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        fresh = re.sub(
            r"(?<=-)\d+(?=\.ndjson)", lambda old: f"{secrets.randbelow(10**8):0{len(old[0])}}", key
        )
        return super().put(fresh, content, content_type, only_if_absent=only_if_absent, progress=progress)


def main(root: str, cut: str, nth: str, settings: str) -> None:
    """Push until cut, or until nothing waits."""
    table = msgspec.json.decode(settings, type=BucketTable)
    push(Paths(Path(root)), BoxId(os.environ["MATINEE_BOX"]), table, cut, int(nth))


def push(
    paths: Paths, box: BoxId, settings: BucketTable, cut: str = "never", nth: int = 0,
    kind: type[CutBucket] = CutBucket,
) -> None:  # fmt: skip
    """Push until cut, or until nothing waits; what the bucket says goes out to the caller."""
    clock = RealClock()
    bucket = open_bucket(settings)
    if bucket is None:
        raise SystemExit(2)
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    rows = SyncRows(database, clock)
    cutting = kind(bucket, cut, nth)
    pusher = Pusher(
        box, cutting, rows, Outboxes(paths), paths.clips, clock, gather_s=0
    )  # fmt: skip
    while pusher.step():
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
