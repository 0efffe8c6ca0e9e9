"""An hour at twenty times an evening's pace: what grows that must not.

``python tests/bench/hour.py [--quick | --seconds N]``. The whole box as `matinee dev` runs it: films on a
virtual screen, camera, portal, console, a real S3 server. SIGTERM ends it early: then it is
printed, not published.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, report  # noqa: E402 the path is made above
from table import Cell, percentile  # noqa: E402 as above

from appliance.paths import Service  # noqa: E402 as above
from e2e.box import Box  # noqa: E402 as above
from lab.busy_evening import BusyEvening  # noqa: E402 as above
from lab.gauge import after, growth, held_by_services, sizes_mib, slope_an_hour  # noqa: E402 as above

TIMES = 20
_WARM_SHARE = 0.25
_EVERY_S = 10.0
MOST_MIB_AN_HOUR = 1.0
MOST_LOG_MIB = 8.0
MOST_KIB_A_SIGN_UP = 16.0


class Log:
    """Everything read, every ten seconds."""

    def __init__(self, root: Path) -> None:
        self.services: dict[Service, list[tuple[float, float]]] = defaultdict(list)
        self.descriptors: dict[Service, list[tuple[float, float]]] = defaultdict(list)
        self.threads: dict[Service, list[tuple[float, float]]] = defaultdict(list)
        self.files: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.last_s = -_EVERY_S
        self._root = root

    def look(self, now_s: float) -> None:
        """Read once in ten seconds."""
        if now_s - self.last_s < _EVERY_S:
            return
        self.last_s = now_s
        for service, one in held_by_services(self._root).items():
            self.services[service].append((now_s, one.pss_mib))
            self.descriptors[service].append((now_s, float(one.descriptors)))
            self.threads[service].append((now_s, float(one.threads)))
        for name, size in sizes_mib(self._root).items():
            self.files[name].append((now_s, size))

    @property
    def warm_s(self) -> float:
        """Until then everything was used for the first time."""
        return self.last_s * _WARM_SHARE


def rows(log: Log) -> list[dict[str, Cell]]:
    """One for each service."""
    found: list[dict[str, Cell]] = []
    for service, points in log.services.items():
        warm = after(points, log.warm_s)
        found.append(
            {
                "service": service,
                "PSS at first, MB": round(warm[0][1], 1),
                "at last, MB": round(warm[-1][1], 1),
                "most, MB": round(max(value for _, value in warm), 1),
                "slope, MB an hour": round(slope_an_hour(warm), 2),
                "descriptors grew by": growth(after(log.descriptors[service], log.warm_s)),
                "threads grew by": growth(after(log.threads[service], log.warm_s)),
            }
        )
    return found


def goals(log: Log, busy: BusyEvening) -> list[Goal]:
    """What must stay flat, said for the worst."""
    slopes = {name: slope_an_hour(after(points, log.warm_s)) for name, points in log.services.items()}
    steepest = max(slopes, key=lambda name: slopes[name])
    opened = max(growth(after(points, log.warm_s)) for points in log.descriptors.values())
    threads = max(growth(after(points, log.warm_s)) for points in log.threads.values())
    journals = [size for name, points in log.files.items() if name.endswith("-wal") for _, size in points]
    sign_ups = busy.tally.done["sign-up"]
    grown = log.files["audience.db"][-1][1] - log.files["audience.db"][0][1]
    a_sign_up = grown * 1024 / max(1, sign_ups)
    faults = sum(busy.tally.faults.values())
    done = sum(busy.tally.done.values())
    minutes = (log.last_s + _EVERY_S) / 60
    return [
        Goal("minutes", ">= 60", f"{minutes:.0f}", minutes >= 60),
        Goal(
            f"steepest memory ({steepest}), MB an hour",
            f"<= {MOST_MIB_AN_HOUR:g}",
            f"{slopes[steepest]:.2f}",
            slopes[steepest] <= MOST_MIB_AN_HOUR,
        ),
        Goal("descriptors more at the end than at first, any service", "<= 2", f"{opened:.0f}", opened <= 2),
        Goal("threads more at the end than at first, any service", "<= 2", f"{threads:.0f}", threads <= 2),
        Goal(
            "largest write-ahead log, MB",
            f"<= {MOST_LOG_MIB:g}",
            f"{max(journals):.1f}",
            max(journals) <= MOST_LOG_MIB,
        ),
        Goal(
            "audience.db grew by, KiB a sign-up",
            f"<= {MOST_KIB_A_SIGN_UP:g}",
            f"{a_sign_up:.1f}",
            a_sign_up <= MOST_KIB_A_SIGN_UP,
        ),
        Goal("acts that failed", "0", f"{faults} of {done + faults}", faults == 0),
    ]


def notes(log: Log, busy: BusyEvening) -> list[str]:
    """What was done."""
    tally = busy.tally
    acts = ", ".join(f"{count} x {what}" for what, count in sorted(tally.done.items()))
    waits = tally.page_waits_ms
    files = ", ".join(f"{name} {points[-1][1]:.1f} MB" for name, points in sorted(log.files.items()))
    lines = [
        f"{log.last_s / 60:.0f} minutes, of which the first {log.warm_s / 60:.0f} count as warming up.",
        f"{acts}; {tally.late} left out for want of pace.",
        f"A page took {percentile(waits, 50):.0f} ms, p99 {percentile(waits, 99):.0f} ms.",
        f"At the end: {files}.",
        "Grew by: the least of the last third less the least of the first; memory is proportional set size.",
    ]
    if tally.faults:
        lines.append(f"Failed: {', '.join(f'{what} {count} times' for what, count in tally.faults.items())}.")
    return lines


def main() -> None:
    """Measure and publish; ended early, only print."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seconds = 3600.0
    if "--quick" in sys.argv:
        seconds = 90.0
    if "--seconds" in sys.argv:
        seconds = float(sys.argv[sys.argv.index("--seconds") + 1])
    with tempfile.TemporaryDirectory(dir=Path.home()) as place:
        box = Box(Path(place) / "box")
        log = Log(box.root)
        try:
            box.start()
            busy = BusyEvening(box, TIMES)
            whole = False
            try:
                busy.run(seconds, log.look)
                whole = True
            finally:
                _publish(log, busy, whole=whole)
        finally:
            box.stop()


def _publish(log: Log, busy: BusyEvening, *, whole: bool) -> None:
    title = f"{log.last_s / 60:.0f} minutes at {TIMES} times the pace of an evening"
    report("hour", title, rows(log), goals(log, busy), notes(log, busy), whole=whole)


if __name__ == "__main__":
    main()
