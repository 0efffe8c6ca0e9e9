"""A box that pushes step by step, into a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import HeldClock
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import Pusher
from lab.outbox_owners import Owners

GATHER_S = 5.0


class Box:
    """One box with its owners, its media.db and a folder for a bucket."""

    def __init__(self, paths: Paths, folder: Path, clock: HeldClock) -> None:
        self.paths = paths
        self.clock = clock
        self.owners = Owners(paths, clock=clock)
        self.bucket: Bucket = FolderBucket(folder)
        self.reads: Bucket = self.bucket
        """The same as the organiser opens it: a box may not read what it put."""
        database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        self.rows = SyncRows(database, clock)
        self.pusher = self._pusher()

    def _pusher(self) -> Pusher:
        return Pusher(
            BoxId("box"), self.bucket, self.rows, Outboxes(self.paths), self.paths.clips, self.clock,
            gather_s=GATHER_S,
        )  # fmt: skip

    def start(self) -> None:
        """Begin as after a restart in good order: with nothing but the rows."""
        self.pusher.settle()
        self.pusher = self._pusher()

    def push_all(self) -> None:
        self.clock.advance(GATHER_S)
        while self.pusher.step():
            pass

    def listed(self) -> list[str]:
        return [found.key for found in self.bucket.list()]


@pytest.fixture
def box(paths: Paths, tmp_path: Path, clock: HeldClock) -> Iterator[Box]:
    folder = tmp_path / "bucket"
    folder.mkdir()
    made = Box(paths, folder, clock)
    yield made
    made.owners.close()
