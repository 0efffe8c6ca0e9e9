"""A large file over a line, brought by ours and by others in turn: cut on the way, run until it is there."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from origin import Cost, run  # noqa: E402 the path is made above
from report import middle  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from lab.fault_proxy import FaultProxy  # noqa: E402 the path is made above

KILL, CONNECTION, LINK = "kill", "connection", "link"
_DOWN_S = 1.0
_MOST_STARTS = 200

Act = Callable[[], object]


@dataclass(frozen=True)
class Trip:
    """One file brought."""

    seconds: float
    cpu_s: float
    memory_mb: float
    bytes_over_size: float


class Trouble:
    """Cuts one trip, each time so many bytes more went over the line; ``with`` it."""

    def __init__(
        self, line: FaultProxy | None, cuts: Sequence[str], stretches: Sequence[int],
        went: Callable[[], int], **others: Act,
    ) -> None:  # fmt: skip
        """``stretches``: bytes between cuts, by ``went``. ``others``: cuts of another kind, by name."""
        self._cuts = list(zip(cuts, stretches, strict=True)) if line else []
        self._went = went
        self._over = threading.Event()
        self._kill = threading.Event()
        self._acts: dict[str, Act] = {KILL: self._kill_now, **others}
        if line is not None:
            self._acts |= {CONNECTION: line.reset_all, LINK: lambda: line.go_down(_DOWN_S)}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def kill(self) -> threading.Event:
        """Set when the program that is about to start shall die."""
        self._kill = threading.Event()
        return self._kill

    def _kill_now(self) -> None:
        self._kill.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        for cut, stretch in self._cuts:
            target = self._went() + stretch
            while self._went() < target:
                if self._over.wait(0.005):
                    return
            self._acts[cut]()


def brought(
    command: Callable[[], Sequence[str]], log: Path, trouble: Trouble, over_size: Callable[[], float]
) -> Trip:
    """Start the program again as often as it gives up or is killed."""
    costs: list[Cost] = []
    began = time.perf_counter()
    with trouble:
        while len(costs) < _MOST_STARTS:
            costs.append(run(command(), log, trouble.kill()))
            if costs[-1].status == 0:
                break
        seconds = time.perf_counter() - began
    memory = max(cost.memory_mb for cost in costs)
    return Trip(seconds, sum(cost.cpu_s for cost in costs), memory, over_size())


Trips = Mapping[tuple[str, str], Sequence[Trip]]
"""By line and program."""


def rows(trips: Trips, mib: Mapping[str, int], held: Iterable[str], over: str) -> list[dict[str, Cell]]:
    """The table. ``mib`` by line; ``held``: lines whose bytes were counted; ``over``: what that is called."""
    counted = set(held)
    return [
        {
            "line": f"{name}, {mib[name]} MiB",
            "program": peer,
            "seconds": middle([trip.seconds for trip in found]),
            over: middle([trip.bytes_over_size for trip in found], 3) if name in counted else None,
            "CPU s per GB": middle([trip.cpu_s / (mib[name] * (1 << 20) / 1e9) for trip in found]),
            "memory MB": middle([trip.memory_mb for trip in found], 0),
        }
        for (name, peer), found in trips.items()
    ]


def speed_over(trips: Trips, line: str, peer: str) -> list[float]:
    """How many times as fast as ``peer`` ours was, pair by pair."""
    pairs = zip(trips[line, "Matinee"], trips[line, peer], strict=True)
    return [theirs.seconds / ours.seconds for ours, theirs in pairs]
