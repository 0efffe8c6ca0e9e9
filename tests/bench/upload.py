"""A clip into the organiser's bucket: Matinee's push beside rclone, into the same SeaweedFS.

``python tests/bench/upload.py [--quick]``. As fast as it goes, held to a rate, and held to it with cuts: the
program killed, then all kinds in turn (killed, the connection cut, the link down for a second), at moments
drawn by a seed, the same for both. Ours is the push as sync runs it, with its rows on disk; each part is
proven by its SHA-256, which capture wrote down when it made the clip. rclone copies as it comes. Then the
portal's answers, with a push going on and without.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

import msgspec  # noqa: E402 the path is made above
from report import Goal, at_least, at_most, middle, report  # noqa: E402 the path is made above
from table import percentile  # noqa: E402 the path is made above
from trips import (  # noqa: E402 the path is made above
    CONNECTION,
    KILL,
    LINK,
    Trip,
    Trips,
    Trouble,
    brought,
    rows,
    speed_over,
)

from appliance.bucket.opening import open_bucket  # noqa: E402 the path is made above
from appliance.bucket.parts import digests  # noqa: E402 the path is made above
from appliance.config import BucketTable  # noqa: E402 the path is made above
from appliance.dev.object_store import ObjectStore  # noqa: E402 the path is made above
from appliance.ids import BoxId, new_id  # noqa: E402 the path is made above
from appliance.model.stored_part import PART_BYTES  # noqa: E402 the path is made above
from appliance.paths import Paths, Service  # noqa: E402 the path is made above
from appliance.store.database import Database  # noqa: E402 the path is made above
from lab import push_until_cut  # noqa: E402 the path is made above
from lab.audience import SAMPLE  # noqa: E402 the path is made above
from lab.fault_proxy import FaultProxy, Faults  # noqa: E402 the path is made above
from lab.object_store_fixture import organiser_settings  # noqa: E402 the path is made above
from lab.outbox_owners import EVENT, Owners  # noqa: E402 the path is made above
from lab.portal_process import Box, running  # noqa: E402 the path is made above
from lab.releases import release  # noqa: E402 the path is made above

NOTES = (
    "Time with the programs' own starts in it: ours is Python, and `its start` is what that takes. On a box",
    "sync runs already when a clip is made. Before 22 November 2026 the lines without cuts carried 192 and",
    "24 MiB, where the start was a quarter of all. Where only the connection breaks, rclone sends the part",
    "again in the same process, as ours does. What it sent before a kill it sends again. A cut costs us what",
    "has left of one part of 5 MiB, the least that S3 takes, which keeps nothing of a part that was cut:",
    "2.6 MB on average. So 1.02 is kept where 131 MB or more go up between two cuts; where less does,",
    "no client can.",
)
_START_MIB = 1


@dataclass(frozen=True)
class Line:
    """What lies between the program and the bucket."""

    mib: int
    rate: float = 0
    cuts: tuple[str, ...] = ()
    rounds: int = 3


LINES = {
    "its start": Line(_START_MIB),
    "unlimited": Line(512),
    "8 MB/s": Line(64, 8e6, rounds=2),
    "4 kills, 24 MB/s": Line(320, 24e6, (KILL,) * 4, 1),
    "4 cuts of all kinds, 24 MB/s": Line(320, 24e6, (KILL, CONNECTION, KILL, LINK), 1),
    "2 kills, 24 MB/s": Line(320, 24e6, (KILL,) * 2, 1),
}
_START, _UNLIMITED, _STEADY, _KILLS, _MIXED, _SELDOM = LINES


class Clip:
    """What goes up, and where from."""

    def __init__(self, folder: Path, mib: int) -> None:
        self.path = folder / f"{new_id()}.landscape.mp4"
        with self.path.open("wb") as file:
            for _ in range(mib):
                file.write(os.urandom(1 << 20))
        found = digests(self.path)
        self.sha256 = found.whole
        self.row = {
            "name": self.path.name,
            "sha256": found.whole,
            "part_bytes": PART_BYTES,
            "parts": [part.hex() for part in found.parts],
        }
        self.size = self.path.stat().st_size


class Peer:
    """A program that brings a clip to the server; whatever it remembers lies in a folder of its own."""

    def __init__(self, clip: Clip, settings: BucketTable, work: Path) -> None:
        self.work = work / new_id()
        self.clip, self.settings = clip, settings
        self.box = BoxId(f"box-{new_id().lower()}")
        self.prepare()

    @property
    def key(self) -> str:
        return f"boxes/box={self.box}/event={EVENT}/clips/{self.clip.path.name}"

    def prepare(self) -> None: ...

    def command(self) -> list[str]:
        raise NotImplementedError


class Matinee(Peer):
    """The push, as sync runs it."""

    def prepare(self) -> None:
        owners = Owners(Paths(self.work), box=self.box)
        os.link(self.clip.path, owners.paths.clips / self.clip.path.name)
        with owners.files[Service.CAPTURE].transaction() as tx:
            release(tx, self.clip.path.name.partition(".")[0], EVENT)
            owners.outbox.clip(tx, "clip_approved", EVENT, files=[self.clip.row])
        owners.close()
        Database.open_owner(owners.paths.database(Service.SYNC), Service.SYNC).close()

    def command(self) -> list[str]:
        os.environ["MATINEE_BOX"] = self.box
        settings = msgspec.json.encode(self.settings).decode()
        return [sys.executable, push_until_cut.__file__, str(self.work), "never", "0", settings]


class Rclone(Peer):
    """copyto, all else as it comes."""

    def command(self) -> list[str]:
        where = self.settings
        return [
            "rclone", "copyto", str(self.clip.path), f":s3:{where.name}/{self.key}", "--config=/dev/null",
            "--quiet", "--s3-provider=Other", f"--s3-endpoint={where.endpoint}",
            f"--s3-access-key-id={where.access_key}", f"--s3-secret-access-key={where.secret_key}",
            "--s3-no-check-bucket", "--s3-force-path-style",
        ]  # fmt: skip


PEERS = {"Matinee": Matinee, "rclone": Rclone}


def moments(cuts: Sequence[str], size: int) -> list[int]:
    """Bytes from each cut to the next: cuts fall anywhere, and all within the clip."""
    luck = random.Random(f"{cuts} {size}")  # noqa: S311 no secret
    even = size / (len(cuts) + 1)
    return [round(even * luck.uniform(0.75, 1.0)) for _ in cuts]


def bring(name: str, clip: Clip, line: Line, store: ObjectStore, work: Path) -> Trip:
    """Upload once, starting the program again as often as it gives up or is killed."""
    settings = organiser_settings(store)
    with FaultProxy(int(store.endpoint.rpartition(":")[2]), Faults(bytes_per_s=line.rate)) as proxy:
        held = bool(line.rate)
        if held:
            settings = msgspec.structs.replace(settings, endpoint=f"http://127.0.0.1:{proxy.port}")
        peer = PEERS[name](clip, settings, work)

        def went() -> int:
            return proxy.seen.up_bytes if held else clip.size

        trouble = Trouble(proxy, line.cuts, moments(line.cuts, clip.size), went)
        trip = brought(peer.command, work / f"{name}.log", trouble, lambda: went() / clip.size)
    _prove(store, peer, work)
    return trip


def _prove(store: ObjectStore, peer: Peer, work: Path) -> None:
    """What arrived is the clip."""
    bucket = open_bucket(organiser_settings(store))
    if bucket is None:
        raise SystemExit(2)
    brought = bucket.fetch(peer.key, work / "brought")
    with brought.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != peer.clip.sha256:
            raise SystemExit(1)
    brought.unlink()
    shutil.rmtree(peer.work, ignore_errors=True)


@contextmanager
def pushing(store: ObjectStore, work: Path) -> Iterator[None]:
    """A push goes on at 8 MB/s all the while."""
    clip, over = Clip(work, 48), threading.Event()

    def push() -> None:
        while not over.is_set():
            bring("Matinee", clip, Line(48, 8e6), store, work)

    thread = threading.Thread(target=push, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


def portal_p99(port: int, seconds: float) -> float:
    """Of the first page, one visitor after the other, milliseconds; asked by a process of its own.

    The bench's own process carries the line that the push goes over: a visitor in it would wait for that.
    """
    visitor = [sys.executable, __file__, "--visit", str(port), str(seconds)]
    done = subprocess.run(visitor, check=True, capture_output=True, text=True)
    return float(done.stdout)


def visit(port: int, seconds: float) -> float:
    """What that process does."""
    waits, until = [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        visitor = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        visitor.request("GET", "/")
        visitor.getresponse().read()
        visitor.close()
        waits.append((time.perf_counter() - began) * 1000)
    return percentile(waits, 99)


def portal_row(store: ObjectStore, work: Path, seconds: float) -> dict[str, list[float]]:
    """The portal's p99 with a push going on and without, in turn."""
    box = Box.prepared(Paths(work / "portal").ensure(), SAMPLE.read_text("utf-8"))
    found: dict[str, list[float]] = {"alone": [], "while a clip goes up": []}
    with running(box):
        portal_p99(box.port, 1)
        for _ in range(2):
            found["alone"].append(portal_p99(box.port, seconds))
            with pushing(store, work):
                found["while a clip goes up"].append(portal_p99(box.port, seconds))
    return found


def main() -> None:
    """Measure all lines and publish."""
    if sys.argv[1:2] == ["--visit"]:
        print(visit(int(sys.argv[2]), float(sys.argv[3])))  # noqa: T201 to who asked
        return
    quick = "--quick" in sys.argv
    os.environ.pop("AWS_CA_BUNDLE", None)  # rclone does not start with it; nothing here is TLS
    trips: dict[tuple[str, str], list[Trip]] = {}
    with tempfile.TemporaryDirectory() as place, ObjectStore(Path(place) / "store") as store:
        work = Path(place)
        for name, line in LINES.items():
            clip = Clip(work, line.mib)
            for _ in range(1 if quick else line.rounds):
                for peer in PEERS:
                    trips.setdefault((name, peer), []).append(bring(peer, clip, line, store, work))
            clip.path.unlink()
        waits = portal_row(store, work, 2 if quick else 5)
    mib = {name: line.mib for name, line in LINES.items()}
    table = rows(trips, mib, [name for name, line in LINES.items() if line.rate], "bytes sent / size")
    notes = [*NOTES, *(f"Portal's p99, {how}: {middle(p99, 1)} ms." for how, p99 in waits.items())]
    report("upload", "A clip into the bucket beside rclone", table, _goals(trips, waits), notes)


def _again_mb(trips: Trips, line: str) -> list[float]:
    """What a cut cost: megabytes sent again for each."""
    size_mb = LINES[line].mib * (1 << 20) / 1e6
    return [(trip.bytes_over_size - 1) * size_mb / len(LINES[line].cuts) for trip in trips[line, "Matinee"]]


def _goals(trips: Trips, waits: dict[str, list[float]]) -> list[Goal]:
    alone, beside = (statistics.median(p99) for p99 in waits.values())
    over = {name: [trip.bytes_over_size for trip in trips[name, "Matinee"]] for name in LINES}
    cut = (_KILLS, _MIXED, _SELDOM)
    return [
        *(at_least(f"speed over rclone's, {name}", speed_over(trips, name, "rclone"), 0.95)
          for name in (_UNLIMITED, _STEADY)),
        *(at_least(f"speed over rclone's, {name}", speed_over(trips, name, "rclone"), 1.5)
          for name in (_KILLS, _MIXED)),
        *(at_most(f"bytes sent / size, {name}", over[name], 1.02) for name in (_STEADY, *cut)),
        *(at_most(f"MB sent again for a cut, {name}", _again_mb(trips, name), PART_BYTES / 1e6)
          for name in cut),
        at_most("portal's p99 while a clip goes up / alone", [beside / alone], 1.1),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
