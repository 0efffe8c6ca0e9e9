"""Sign-ups a second, each durable before it is answered, beside plain SQLite that commits them one by one.

``python tests/bench/signups.py [--quick]``. Each pair runs raw SQLite and ours one after the other; the ratio
is within the pair. Once on this machine's disk, once on a FUSE disk whose every flush takes 15 ms, as an SD
card's.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, at_least, middle, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from appliance.paths import Paths  # noqa: E402 the path is made above
from lab.acts import SigningUp, prepare  # noqa: E402 the path is made above
from lab.audience import SAMPLE  # noqa: E402 the path is made above
from lab.checker import Told, violations  # noqa: E402 the path is made above
from lab.kill_at_random import Portal  # noqa: E402 the path is made above
from lab.lossy_disk import LossyDisk  # noqa: E402 the path is made above
from lab.portal_process import Box, running  # noqa: E402 the path is made above

_RAW_COMMITS = 200
_SIGN_UPS = {16: 640, 200: 1000}
_SD_FLUSH_MS = 15
NOTES = (
    "Every sign-up that is counted was told as saved and found whole in the file afterwards, sealed row and",
    "fact included; the portal's clients are threads of the bench, on the same two cores.",
)
_PAYLOAD = "x" * 1500
"""As a sealed sign-up weighs."""


@dataclass
class Run:
    """One go: how many in which time, and how long each caller waited."""

    per_s: float
    waits_ms: list[float] = field(default_factory=list)

    def wait(self, share: float) -> float:
        """The wait that ``share`` of all callers did not exceed, in ms."""
        return sorted(self.waits_ms)[min(len(self.waits_ms) - 1, round(share * len(self.waits_ms)))]


def raw(folder: Path) -> Run:
    """One connection, WAL, synchronous=FULL, a commit for each row."""
    path = folder / "raw.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS line (text TEXT)")

        def commit(_number: int) -> None:
            connection.execute("INSERT INTO line VALUES (?)", (_PAYLOAD,))

        return _timed(commit, _RAW_COMMITS, 1)


def in_process(folder: Path, clients: int) -> Run:
    """The audience's code and its group writer, sealing included."""
    root = folder / "box"
    prepare("signing_up", root)
    lines: list[str] = []
    act = SigningUp(root, lines.append)
    run = _timed(lambda _number: act.step(), _SIGN_UPS[clients], clients)
    act.writer.close()
    _must_be_true(root, lines, _SIGN_UPS[clients])
    return run


def through_portal(folder: Path, clients: int) -> Run:
    """The real portal: HTTP, forms, gunicorn, sealing, group writer."""
    paths = Paths(folder / "box").ensure()
    box = Box.prepared(paths, SAMPLE.read_text("utf-8"))
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as sockets:
        box.run_in(Path(sockets))
        with running(box):
            phone = Portal(box)
            for _ in range(4):
                phone.drive(lines.append)
            run = _timed(lambda _number: _must(phone.drive(lines.append)), _SIGN_UPS[clients], clients)
    _must_be_true(paths.root, lines, _SIGN_UPS[clients] + 4)
    return run


WAYS: dict[str, tuple[Callable[[Path, int], Run], int]] = {
    "in process, 16 at once": (in_process, 16),
    "in process, 200 at once": (in_process, 200),
    "portal, 16 phones at once": (through_portal, 16),
    "portal, 200 phones at once": (through_portal, 200),
}


def measure(disk: Path, pairs: int) -> dict[str, list[tuple[Run, Run]]]:
    """(raw, ours) for each way, ``pairs`` times, in turn."""
    found: dict[str, list[tuple[Run, Run]]] = {way: [] for way in WAYS}
    for number in range(pairs):
        for way, (work, clients) in WAYS.items():
            folder = disk / f"{number}-{len(found[way])}-{way.replace(' ', '-')}"
            folder.mkdir()
            found[way].append((raw(folder), work(folder, clients)))
    return found


def main() -> None:
    """Measure and publish."""
    pairs = 1 if "--quick" in sys.argv else 5
    rows: list[dict[str, Cell]] = []
    goals: list[Goal] = []
    with tempfile.TemporaryDirectory(dir=Path.home()) as place:
        here = Path(place) / "disk"
        here.mkdir()
        _add(rows, goals, "this disk", measure(here, pairs))
        with LossyDisk(Path(place) / "card", flush_ms=_SD_FLUSH_MS) as card:
            _add(rows, goals, f"{_SD_FLUSH_MS} ms a flush", measure(card.path, max(2, pairs // 2)))
            card.cut()  # files are still open on it; nothing of it is wanted any more
    report("signups", "Sign-ups against raw SQLite", rows, goals, NOTES)


def _add(
    rows: list[dict[str, Cell]], goals: list[Goal], disk: str, found: dict[str, list[tuple[Run, Run]]]
) -> None:
    for way, runs in found.items():
        ratios = [ours.per_s / plain.per_s for plain, ours in runs]
        rows.append(
            {
                "disk": disk,
                "way": way,
                "raw commits/s": middle([plain.per_s for plain, _ in runs], 0),
                "sign-ups/s": middle([ours.per_s for _, ours in runs], 0),
                "times raw": middle(ratios),
                "p50 ms": middle([ours.wait(0.5) for _, ours in runs], 0),
                "p99 ms": middle([ours.wait(0.99) for _, ours in runs], 0),
            }
        )
        if "16" in way:
            goals.append(at_least(f"{way}, {disk}, times raw", ratios, 2.0))
            flushes = [ours.wait(0.99) / (1000 / plain.per_s) for plain, ours in runs]
            median = statistics.median(flushes)
            goals.append(
                Goal(f"{way}, {disk}, p99 in commits of raw", "<= 10", f"{median:.1f}", median <= 10)
            )


def _timed(work: Callable[[int], object], times: int, at_once: int) -> Run:
    run = Run(0)

    def one(number: int) -> None:
        began = time.perf_counter()
        work(number)
        run.waits_ms.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    if at_once == 1:  # on this thread: a connection may not leave it
        for number in range(times):
            one(number)
    else:
        with ThreadPoolExecutor(at_once) as many:
            list(many.map(one, range(times)))
    run.per_s = times / (time.perf_counter() - began)
    return run


def _must(true: bool) -> None:
    if not true:
        raise SystemExit(1)


def _must_be_true(root: Path, lines: list[str], told: int) -> None:
    outside = Told.of(lines)
    wrong = violations("signing_up", root, outside)
    if wrong or len(outside.told) != told:
        raise SystemExit(repr((len(outside.told), told, wrong, outside.refused[:3])))


if __name__ == "__main__":
    main()
