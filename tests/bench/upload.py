"""A clip into the organiser's bucket: Matinee's push beside rclone, into the same SeaweedFS.

``python tests/bench/upload.py [--quick]``. As fast as it goes, held to a rate, and held to it with cuts: the
program killed, then all kinds in turn (killed, the connection cut, the link down for a second). Ours is the
push as sync runs it, with its rows on disk; each part is proven by its SHA-256, which capture wrote down when
it made the clip. rclone copies as it comes. Then the portal's answers, with a push going on and without.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

import msgspec  # noqa: E402 the path is made above
from origin import Cost, run  # noqa: E402 the path is made above
from report import Goal, at_least, at_most, middle, report  # noqa: E402 the path is made above
from table import Cell, percentile  # noqa: E402 the path is made above

from appliance.bucket.opening import open_bucket  # noqa: E402 the path is made above
from appliance.bucket.parts import digests  # noqa: E402 the path is made above
from appliance.config import BucketTable  # noqa: E402 the path is made above
from appliance.dev.object_store import ObjectStore  # noqa: E402 the path is made above
from appliance.ids import BoxId, new_id  # noqa: E402 the path is made above
from appliance.model.stored_part import PART_BYTES  # noqa: E402 the path is made above
from appliance.paths import Paths, Service  # noqa: E402 the path is made above
from lab import push_until_cut  # noqa: E402 the path is made above
from lab.audience import SAMPLE  # noqa: E402 the path is made above
from lab.fault_proxy import FaultProxy, Faults  # noqa: E402 the path is made above
from lab.object_store_fixture import organiser_settings  # noqa: E402 the path is made above
from lab.outbox_owners import EVENT, Owners  # noqa: E402 the path is made above
from lab.portal_process import Box, running  # noqa: E402 the path is made above
from lab.releases import release  # noqa: E402 the path is made above

NOTES = (
    "Time with the programs' own starts in it: ours is Python. Where only the connection breaks, rclone",
    "sends the part again in the same process, as ours does. What it sent before a kill it sends again.",
    "A cut costs what is under way of one part of 5 MiB, the least that S3 takes: half on average.",
)
KILL, CONNECTION, LINK = "kill", "connection", "link"
_DOWN_S = 1.0
_MOST_STARTS = 60


@dataclass(frozen=True)
class Line:
    """What lies between the program and the bucket."""

    mib: int
    rate: float = 0
    cuts: tuple[str, ...] = ()
    rounds: int = 3


LINES = {
    "unlimited": Line(192),
    "8 MB/s": Line(24, 8e6),
    "4 kills, 24 MB/s": Line(320, 24e6, (KILL,) * 4, 1),
    "4 cuts of all kinds, 24 MB/s": Line(320, 24e6, (KILL, CONNECTION, KILL, LINK), 1),
}
_UNLIMITED, _STEADY, _KILLS, _MIXED = LINES


@dataclass(frozen=True)
class Trip:
    """One clip brought up."""

    seconds: float
    cpu_s: float
    memory_mb: float
    bytes_over_size: float


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


class Trouble:
    """Cuts one upload, each time another equal part of the clip has gone up the line."""

    def __init__(self, line: FaultProxy, cuts: tuple[str, ...], clip_bytes: int) -> None:
        self._line, self._cuts = line, cuts
        self._part = clip_bytes // (len(cuts) + 1)
        self._over = threading.Event()
        self.kill = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        for cut in self._cuts:
            target = self._line.seen.up_bytes + self._part
            while self._line.seen.up_bytes < target:
                if self._over.wait(0.005):
                    return
            match cut:
                case "kill":
                    self.kill.set()
                case "connection":
                    self._line.reset_all()
                case "link":
                    self._line.go_down(_DOWN_S)


def bring(name: str, clip: Clip, line: Line, store: ObjectStore, work: Path) -> Trip:
    """Upload once, starting the program again as often as it gives up or is killed."""
    settings = organiser_settings(store)
    with FaultProxy(int(store.endpoint.rpartition(":")[2]), Faults(bytes_per_s=line.rate)) as proxy:
        held = bool(line.rate)
        if held:
            settings = msgspec.structs.replace(settings, endpoint=f"http://127.0.0.1:{proxy.port}")
        peer = PEERS[name](clip, settings, work)
        trouble = Trouble(proxy, line.cuts, clip.size) if line.cuts else None
        costs: list[Cost] = []
        began = time.perf_counter()
        while len(costs) < _MOST_STARTS:
            if trouble is not None:
                trouble.kill = threading.Event()
            costs.append(run(peer.command(), work / f"{name}.log", trouble.kill if trouble else None))
            if costs[-1].status == 0:
                break
        seconds = time.perf_counter() - began
        if trouble is not None:
            trouble.end()
        over = proxy.seen.up_bytes / clip.size if held else 1.0
    _prove(store, peer, work)
    memory = max(cost.memory_mb for cost in costs)
    return Trip(seconds, sum(cost.cpu_s for cost in costs), memory, over)


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
    rows = [_row(name, peer, found) for (name, peer), found in trips.items()]
    notes = [*NOTES, *(f"Portal's p99, {how}: {middle(p99, 1)} ms." for how, p99 in waits.items())]
    report("upload", "A clip into the bucket beside rclone", rows, _goals(trips, waits), notes)


def _row(name: str, peer: str, found: list[Trip]) -> dict[str, Cell]:
    line = LINES[name]
    size_gb = line.mib * (1 << 20) / 1e9
    return {
        "line": f"{name}, {line.mib} MiB",
        "program": peer,
        "seconds": middle([trip.seconds for trip in found]),
        "bytes sent / size": middle([trip.bytes_over_size for trip in found], 3) if line.rate else None,
        "CPU s per GB": middle([trip.cpu_s / size_gb for trip in found]),
        "memory MB": middle([trip.memory_mb for trip in found], 0),
    }


def _goals(trips: dict[tuple[str, str], list[Trip]], waits: dict[str, list[float]]) -> list[Goal]:
    def ratios(line: str) -> list[float]:
        pairs = zip(trips[line, "Matinee"], trips[line, "rclone"], strict=True)
        return [theirs.seconds / ours.seconds for ours, theirs in pairs]

    alone, beside = (statistics.median(p99) for p99 in waits.values())
    return [
        at_least("speed over rclone's, unlimited", ratios(_UNLIMITED), 0.95),
        at_least(f"speed over rclone's, {_STEADY}", ratios(_STEADY), 0.95),
        *(at_least(f"speed over rclone's, {name}", ratios(name), 1.5) for name in (_KILLS, _MIXED)),
        *(
            at_most(
                f"bytes sent / size, {name}", [trip.bytes_over_size for trip in trips[name, "Matinee"]], 1.02
            )
            for name in (_STEADY, _KILLS, _MIXED)
        ),
        at_most("portal's p99 while a clip goes up / alone", [beside / alone], 1.1),
    ]


if __name__ == "__main__":
    main()
