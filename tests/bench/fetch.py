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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from origin import Server  # noqa: E402 the path is made above
from report import Goal, at_least, at_most, report  # noqa: E402 the path is made above
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
SERVER = "server"


@dataclass(frozen=True)
class Film:
    """What is fetched, and the list that proves it."""

    path: Path
    sha256: str
    blocks: Path
    size: int


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


def bring(
    peer: str, film: Film, line: FaultProxy | None, server: Server, work: Path, cuts: Sequence[str]
) -> Trip:
    """Fetch once, starting the program again as often as it gives up or is killed."""
    into = work / "into"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    url = f"http://127.0.0.1:{line.port if line else server.port}/{film.path.name}"
    before = line.seen.down_bytes if line else 0

    def went() -> int:
        return line.seen.down_bytes - before if line else film.size

    def anew() -> None:
        if line is not None:
            line.reset_all()
        server.restart()

    stretches = [film.size // (len(cuts) + 1)] * len(cuts)
    trouble = Trouble(line, cuts, stretches, went, **{SERVER: anew})
    command = PEERS[peer](url, film, into)
    trip = brought(lambda: command, work / f"{peer}.log", trouble, lambda: went() / film.size)
    found = next(path for path in into.rglob("*") if path.is_file() and path.stat().st_size == film.size)
    with found.open("rb") as arrived:
        if hashlib.file_digest(arrived, "sha256").hexdigest() != film.sha256:
            raise SystemExit(1)
    return trip


def main() -> None:
    """Measure all lines and publish."""
    rounds = 1 if "--quick" in sys.argv else 3
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
    mib = {name: line.mib for name, line in LINES.items()}
    held = [name for name, line in LINES.items() if line.faults]
    table = rows(trips, mib, held, "bytes fetched / size")
    report("fetch", "Fetching a film beside aria2c and rclone", table, _goals(trips), NOTES)


def _trip(peer: str, film: Film, line: Line, server: Server, work: Path, number: int) -> Trip:
    if line.faults is None:
        return bring(peer, film, None, server, work, ())
    with FaultProxy(server.port, line.faults, seed=number) as proxy:
        return bring(peer, film, proxy, server, work, line.cuts)


def _goals(trips: Trips) -> list[Goal]:
    growth = [
        large.memory_mb / small.memory_mb
        for large, small in zip(trips[_UNLIMITED, "Matinee"], trips[_STEADY, "Matinee"], strict=True)
    ]
    return [
        at_least("speed over aria2c's, unlimited", speed_over(trips, _UNLIMITED, "aria2c"), 0.97),
        at_least(f"speed over aria2c's, {_STEADY}", speed_over(trips, _STEADY, "aria2c"), 0.97),
        *(
            at_least(f"speed over rclone's, {name}", speed_over(trips, name, "rclone"), 1.5)
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
