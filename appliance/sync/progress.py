"""How far a film has come, how fast, and how long it will take."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from appliance.clock import Clock

_WINDOW_S = 10.0
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Coming:
    """One film on its way."""

    name: str = ""
    done_bytes: int = 0
    size_bytes: int = 0
    rate_bytes_s: float = 0.0
    left_s: float | None = None


class Meter:
    """Told by the one who fetches, asked by anyone."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is coming."""
        self._clock = clock
        self._lock = threading.Lock()
        self._name = ""
        self._size = 0
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self, name: str) -> None:
        """``name`` is being brought from now on; empty: nothing."""
        with self._lock:
            self._name, self._size = name, 0
            self._seen.clear()

    def tell(self, done: int, size: int) -> None:
        """So much of it is there."""
        with self._lock:
            now = self._clock.monotonic()
            self._size = size
            self._seen.append((now, done))
            while len(self._seen) > _FEWEST and self._seen[0][0] < now - _WINDOW_S:
                self._seen.popleft()

    def coming(self) -> Coming:
        """As of now: the rate is that of the last ten seconds."""
        with self._lock:
            if not self._name or not self._seen:
                return Coming(self._name)
            (since, first), (_, done) = self._seen[0], self._seen[-1]
            passed = self._clock.monotonic() - since
            rate = (done - first) / passed if passed > 0 else 0.0
            left = (self._size - done) / rate if rate > 0 else None
            return Coming(self._name, done, self._size, rate, left)
