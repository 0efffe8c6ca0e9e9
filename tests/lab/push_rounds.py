"""Rounds of pushing with a cut in each: the box killed, the line cut, the server killed, at any moment."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from appliance.bucket.opening import open_bucket
from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.ids import BoxId, new_id
from appliance.paths import Paths, Service
from lab import push_until_cut
from lab.fault_proxy import FaultProxy
from lab.object_store_fixture import box_settings, organiser_settings
from lab.outbox_owners import EVENT, Arrived, Owners, arrived
from lab.releases import release

BOX, LINE, SERVER = "box", "line", "server"
_LARGE_BYTES = (5 << 20) + 300_000
_LONGEST_S = 0.3
_AT_LAST = 20


@dataclass
class Rounds:
    """One box, its line and its bucket. ``cuts`` counts what happened."""

    paths: Paths
    store: ObjectStore
    line: FaultProxy
    seed: int = 20261127
    clip_each: int = 10
    server_each: int = 50
    forgetful: bool = False
    cuts: Counter[str] = field(default_factory=Counter)
    clips: dict[str, str] = field(default_factory=dict)
    """SHA-256 by name of each clip's film."""

    def __post_init__(self) -> None:
        self.owners = Owners(self.paths, box=BoxId(f"box-{new_id().lower()}"))
        self._luck = random.Random(self.seed)  # noqa: S311 where to cut
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["lab.warm_pusher"])

    def play(self, rounds: int) -> None:
        """So many rounds, each with a cut somewhere."""
        for number in range(1, rounds + 1):
            self._write(clip=number % self.clip_each == 0)
            kind = SERVER if number % self.server_each == 0 else self._luck.choice((BOX, BOX, LINE))
            self.push(kind=kind)

    def end(self) -> None:
        """Push in peace until nothing waits."""
        for _ in range(_AT_LAST):
            if self.push() == 0:
                return
        raise AssertionError

    def found(self, into: Path) -> Arrived:
        """What an independent reader finds in the bucket."""
        bucket = open_bucket(organiser_settings(self.store))
        assert bucket is not None
        return arrived(bucket, into, f"boxes/box={self.owners.box}/")

    def clips_as_they_were(self, into: Path) -> bool:
        """Whether every clip lies there, with the bytes it was made of."""
        bucket = open_bucket(organiser_settings(self.store))
        assert bucket is not None
        place = f"boxes/box={self.owners.box}/event={EVENT}/clips"
        into.mkdir(exist_ok=True)
        return all(
            hashlib.sha256(bucket.fetch(f"{place}/{name}", into / name).read_bytes()).hexdigest() == sha256
            for name, sha256 in self.clips.items()
        )

    def _write(self, *, clip: bool) -> None:
        for _ in range(self._luck.randint(1, 4)):
            self._luck.choice([self.owners.fact, self.owners.person])()
        if not clip:
            return
        content = self._luck.randbytes(1 << 16) * (_LARGE_BYTES >> 16)
        name, sha256 = f"{new_id()}.landscape.mp4", hashlib.sha256(content).hexdigest()
        (self.paths.clips / name).write_bytes(content)
        with self.owners.files[Service.CAPTURE].transaction() as tx:
            release(tx, name.partition(".")[0], EVENT)
            self.owners.outbox.clip(tx, "clip_approved", EVENT, files=[{"name": name, "sha256": sha256}])
        self.clips[name] = sha256

    def push(self, at: str = "never", kind: str = "") -> int | None:
        """One process that pushes, cut ``at`` its first put, or by ``kind`` at some moment; its status."""
        settings = msgspec.structs.replace(
            box_settings(self.store), endpoint=f"http://127.0.0.1:{self.line.port}"
        )
        bucket = push_until_cut.ForgetfulBucket if self.forgetful else push_until_cut.CutBucket
        child = self._processes.Process(
            target=_pushing, args=(self.paths, self.owners.box, settings, at, bucket)
        )
        child.start()
        if kind:
            threading.Event().wait(self._luck.uniform(0.02, _LONGEST_S))  # a moment: any will do
            if child.is_alive():
                self.cuts[kind] += 1
            self._cut(kind, child.pid or 0)
        child.join()
        return child.exitcode

    def _cut(self, kind: str, pid: int) -> None:
        match kind:
            case "box" if pid:
                os.kill(pid, signal.SIGKILL)
            case "line":
                self.line.reset_all()
            case "server":
                os.killpg(self.store.pid or 0, signal.SIGKILL)
                self.store.stop()
                self.store.start()
                self.line.target = int(self.store.endpoint.rpartition(":")[2])


def _pushing(
    paths: Paths, box: BoxId, settings: BucketTable, at: str, bucket: type[push_until_cut.CutBucket]
) -> None:
    try:
        push_until_cut.push(paths, box, settings, at, 1, bucket)
    except MatineeError:
        raise SystemExit(1) from None
