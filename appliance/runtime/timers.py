"""What is due, and how long until then."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from appliance.clock import Clock

_FOREVER_S = 3600.0


def _never() -> bool:
    return False


@dataclass(slots=True)
class _Timer:
    seconds: float
    work: Callable[[], None]
    rest_s: float
    resting: Callable[[], bool]
    done: float

    def due(self) -> float:
        return self.done + (self.rest_s if self.resting() else self.seconds)


class Timers:
    """Repeating work on one thread. Late work is done once, not made up for."""

    def __init__(self, clock: Clock) -> None:
        """Empty."""
        self._clock = clock
        self._timers: list[_Timer] = []

    def every(
        self,
        seconds: float,
        work: Callable[[], None],
        *,
        rest_s: float = _FOREVER_S,
        resting: Callable[[], bool] = _never,
    ) -> None:
        """Do ``work`` now and then each ``seconds``; each ``rest_s`` while ``resting()``, which is cheap."""
        self._timers.append(_Timer(seconds, work, rest_s, resting, -math.inf))

    def wait_s(self) -> float:
        """Seconds until the next work is due; 0 if some is."""
        now = self._clock.monotonic()
        return max(0.0, min((timer.due() - now for timer in self._timers), default=_FOREVER_S))

    def run_due(self) -> None:
        """Do what is due."""
        for timer in self._timers:
            now = self._clock.monotonic()
            if timer.due() <= now:
                timer.done = now
                timer.work()
