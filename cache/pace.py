"""How fast: too slow to go on with, and slow enough not to disturb."""

from __future__ import annotations

import threading

from appliance.clock import Clock

_WINDOW_S = 30.0
_LEAST_BYTES_S = 1024


class SlowGuard:
    """Tells an origin that trickles from one that is merely slow."""

    def __init__(
        self, clock: Clock, window_s: float = _WINDOW_S, least_bytes_s: float = _LEAST_BYTES_S
    ) -> None:
        """Each window begins when the last one was passed."""
        self._clock = clock
        self._window_s = window_s
        self._least = window_s * least_bytes_s
        self._since = clock.monotonic()
        self._bytes = 0

    def passes(self, size_bytes: int) -> bool:
        """Note bytes that came; False once a whole window brought less than it must."""
        self._bytes += size_bytes
        now = self._clock.monotonic()
        if now - self._since < self._window_s:
            return True
        enough = self._bytes >= self._least
        self._since, self._bytes = now, 0
        return enough


class Pace:
    """Waits so that reading goes on at ``bytes_s`` at most: the show's own reads come first."""

    def __init__(self, clock: Clock, bytes_s: float, stopping: threading.Event | None = None) -> None:
        """0 bytes a second: as fast as it goes. ``stopping`` ends every wait."""
        self._clock = clock
        self._bytes_s = bytes_s
        self._stopping = stopping or threading.Event()
        self._due = clock.monotonic()

    @property
    def stopped(self) -> bool:
        """Whether whoever waits shall give up."""
        return self._stopping.is_set()

    def spend(self, size_bytes: int) -> None:
        """Wait until ``size_bytes`` more may be read."""
        if self._bytes_s <= 0:
            return
        now = self._clock.monotonic()
        self._due = max(self._due, now) + size_bytes / self._bytes_s
        if self._due > now:
            self._clock.wait(self._stopping, self._due - now)
