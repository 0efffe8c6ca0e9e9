"""A film over the line: Matinee's fetch beside aria2c and rclone, from the same nginx.

``python tests/bench/fetch.py [--quick]``. Five lines: as fast as it goes, held to a rate, and held to it with
20 cuts: the connection cut alone, the program killed alone, and all kinds in turn (killed, the link down for
a second, the server restarted). Ours proves every block and the whole as it comes; so that it does the same,
aria2c checks the hash at the end; rclone checks the size only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from origin import Cost, Server, run  # noqa: E402 the path is made above
from report import Goal, at_least, at_most, middle, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from cache.block_file import blocks_path, write_blocks  # noqa: E402 the path is made above
from cache.blocks import FilmHasher  # noqa: E402 the path is made above
from lab.fault_proxy import FaultProxy, Faults  # noqa: E402 the path is made above

NOTES = (
    "CPU and time with the programs' own starts in them: ours is Python, which takes 0.4 s of CPU to begin.",
    "Where only the connection breaks, rclone asks for the rest in the same process: nobody can be faster",
    "than the line, so 1.5 can not be had there. What it brought before a kill, it brings again.",
)
_RATE = 8e6
_CUTS = 20
_DOWN_S = 1.0
_MOST_STARTS = 200
KILL, CONNECTION, LINK, SERVER = "kill", "connection", "link", "server"


@dataclass(frozen=True)
class Film:
    """What is fetched, and the list that proves it."""

    path: Path
    sha256: str
    blocks: Path
    size: int


@dataclass(frozen=True)
class Trip:
    """One film brought: what it took."""

    seconds: float
    cpu_s: float
    memory_mb: float
    bytes_over_size: float


Command = Callable[[str, Film, Path], list[str]]


def matinee(url: str, film: Film, into: Path) -> list[str]:
    """The media store's fetch, as sync runs it."""
    return [sys.executable, "-m", "lab.fetch_film", str(into), url, str(film.blocks), film.sha256]


def aria2c(url: str, film: Film, into: Path) -> list[str]:
    """One connection, resuming, checking the hash."""
    return [
        *("aria2c", "--quiet", "--no-conf", "--continue=true", "--max-tries=0", "--retry-wait=0"),
        *("--split=1", "--file-allocation=none", "--allow-overwrite=true", "--auto-file-renaming=false"),
        *(
            "--auto-save-interval=1",
            f"--checksum=sha-256={film.sha256}",
            f"--dir={into}",
            "--out=film.mp4",
            url,
        ),
    ]


def rclone(url: str, _film: Film, into: Path) -> list[str]:
    """copyto from an http remote, all else as it comes."""
    site, _, name = url.rpartition("/")
    return [
        *(
            "rclone",
            "copyto",
            f":http:{name}",
            str(into / "film.mp4"),
            f"--http-url={site}",
            "--config=/dev/null",
        ),
        "--quiet",
    ]


@dataclass(frozen=True)
class Line:
    """What lies between the server and the program."""

    mib: int
    """Size of the film that is fetched over it."""
    faults: Faults | None = None
    cuts: tuple[str, ...] = ()


_HELD = Faults(bytes_per_s=_RATE)
LINES = {
    "unlimited": Line(1024),
    f"{_RATE / 1e6:.0f} MB/s": Line(64, _HELD),
    f"{_CUTS} cuts of the connection": Line(128, _HELD, (CONNECTION,) * _CUTS),
    f"{_CUTS} kills": Line(512, _HELD, (KILL,) * _CUTS),
    f"{_CUTS} cuts of all kinds": Line(512, _HELD, tuple(islice(cycle((KILL, LINK, SERVER)), _CUTS))),
}
_UNLIMITED, _STEADY, _CONNECTION, _KILLS, _MIXED = LINES

PEERS: dict[str, Command] = {"Matinee": matinee, "aria2c": aria2c, "rclone": rclone}


class Trouble:
    """Cuts one download, each time another equal part of the film has come down the line."""

    def __init__(self, line: FaultProxy, server: Server, cuts: Sequence[str], film_bytes: int) -> None:
        self._line, self._server, self._cuts = line, server, cuts
        self._part = film_bytes // (len(cuts) + 1)
        self._over = threading.Event()
        self.kill = threading.Event()
        """Set when the program that runs shall die; whoever starts one puts a new one here."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        for cut in self._cuts:
            target = self._line.seen.down_bytes + self._part
            while self._line.seen.down_bytes < target:
                if self._over.wait(0.01):
                    return
            match cut:
                case "kill":
                    self.kill.set()
                case "connection":
                    self._line.reset_all()
                case "link":
                    self._line.go_down(_DOWN_S)
                case "server":
                    self._line.reset_all()
                    self._server.restart()


def bring(
    peer: str, film: Film, line: FaultProxy | None, server: Server, work: Path, cuts: Sequence[str]
) -> Trip:
    """Fetch once, starting the program again as often as it gives up or is killed."""
    into = work / "into"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    url = f"http://127.0.0.1:{line.port if line else server.port}/{film.path.name}"
    before = line.seen.down_bytes if line else 0
    trouble = Trouble(line, server, cuts, film.size) if line and cuts else None
    costs: list[Cost] = []
    began = time.perf_counter()
    while len(costs) < _MOST_STARTS:
        if trouble is not None:
            trouble.kill = threading.Event()
        command = PEERS[peer](url, film, into)
        costs.append(run(command, work / f"{peer}.log", trouble.kill if trouble else None))
        if costs[-1].status == 0:
            break
    seconds = time.perf_counter() - began
    if trouble is not None:
        trouble.end()
    found = next(path for path in into.rglob("*") if path.is_file() and path.stat().st_size == film.size)
    with found.open("rb") as brought:
        if hashlib.file_digest(brought, "sha256").hexdigest() != film.sha256:
            raise SystemExit(1)
    overhead = (line.seen.down_bytes - before) / film.size if line else 1.0
    return Trip(seconds, sum(cost.cpu_s for cost in costs), max(cost.memory_mb for cost in costs), overhead)


def main() -> None:
    """Measure all lines and publish."""
    rounds = 1 if "--quick" in sys.argv else 3
    rows: list[dict[str, Cell]] = []
    trips: dict[tuple[str, str], list[Trip]] = {}
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        films = {mib: _film(work, f"film-{mib}.mp4", mib) for mib in {line.mib for line in LINES.values()}}
        with Server(work, work) as server:
            for name, line in LINES.items():
                for number in range(max(1, rounds // 3) if line.cuts else rounds):
                    for peer in PEERS:
                        trip = _trip(peer, films[line.mib], line, server, work, number)
                        trips.setdefault((name, peer), []).append(trip)
    for (name, peer), found in trips.items():
        size_gb = LINES[name].mib * (1 << 20) / 1e9
        rows.append(
            {
                "line": f"{name}, {LINES[name].mib} MiB",
                "program": peer,
                "seconds": middle([trip.seconds for trip in found]),
                "bytes fetched / size": middle([trip.bytes_over_size for trip in found], 3)
                if LINES[name].faults
                else None,
                "CPU s per GB": middle([trip.cpu_s / size_gb for trip in found]),
                "memory MB": middle([trip.memory_mb for trip in found], 0),
            }
        )
    report("fetch", "Fetching a film beside aria2c and rclone", rows, _goals(trips), NOTES)


def _trip(peer: str, film: Film, line: Line, server: Server, work: Path, number: int) -> Trip:
    if line.faults is None:
        return bring(peer, film, None, server, work, ())
    with FaultProxy(server.port, line.faults, seed=number) as proxy:
        return bring(peer, film, proxy, server, work, line.cuts)


def _goals(trips: dict[tuple[str, str], list[Trip]]) -> list[Goal]:
    def ratios(line: str, peer: str) -> list[float]:
        return [
            theirs.seconds / ours.seconds
            for ours, theirs in zip(trips[line, "Matinee"], trips[line, peer], strict=True)
        ]

    growth = [
        large.memory_mb / small.memory_mb
        for large, small in zip(trips[_UNLIMITED, "Matinee"], trips[_STEADY, "Matinee"], strict=True)
    ]
    return [
        at_least("speed over aria2c's, unlimited", ratios(_UNLIMITED, "aria2c"), 0.97),
        at_least(f"speed over aria2c's, {_STEADY}", ratios(_STEADY, "aria2c"), 0.97),
        *(
            at_least(f"speed over rclone's, {name}", ratios(name, "rclone"), 1.5)
            for name in (_MIXED, _KILLS, _CONNECTION)
        ),
        *(
            at_most(
                f"bytes fetched / size, {name}",
                [trip.bytes_over_size for trip in trips[name, "Matinee"]],
                1.02,
            )
            for name in (_MIXED, _KILLS, _CONNECTION)
        ),
        at_most("memory, film of 1 GiB / film of 64 MiB", [statistics.median(growth)], 1.1),
    ]


def _film(folder: Path, name: str, mib: int) -> Film:
    path, hasher = folder / name, FilmHasher()
    with path.open("wb") as file:
        for _ in range(mib):
            block = os.urandom(1 << 20)
            file.write(block)
            hasher.update(block)
    sha256, blocks = hasher.finish()
    lists = folder / "lists"
    write_blocks(_ensured(lists), sha256, name, blocks)
    return Film(path, sha256, blocks_path(lists, sha256), path.stat().st_size)


def _ensured(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
