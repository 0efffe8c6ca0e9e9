"""Wakes the owner thread to the millisecond, where its timers would be too coarse."""

from __future__ import annotations

import threading
from collections.abc import Callable

from appliance.clock import Clock


class Alarm:
    """One thread that sleeps until it is set; then calls ``wake`` once, which must only enqueue."""

    def __init__(self, clock: Clock, wake: Callable[[], None]) -> None:
        """Nothing is due."""
        self._clock = clock
        self._wake = wake
        self._due: float | None = None
        self._set = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="alarm", daemon=True)
        self._thread.start()

    def due_in(self, seconds: float) -> None:
        """Wake in ``seconds``; a later call replaces an earlier one."""
        self._due = self._clock.monotonic() + seconds
        self._set.set()

    def close(self) -> None:
        """End."""
        self._stopping = True
        self._set.set()
        self._thread.join(1)

    def _run(self) -> None:
        while not self._stopping:
            due = self._due
            if due is None:
                self._set.wait()
            elif not self._clock.wait(self._set, max(0.0, due - self._clock.monotonic())):
                if self._due == due:
                    self._due = None
                self._wake()
            self._set.clear()
