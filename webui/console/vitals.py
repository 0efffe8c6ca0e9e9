"""The box's issues as of a moment ago, each with the moment since which it is one."""

from __future__ import annotations

import threading
from collections.abc import Callable

from appliance.clock import Clock
from appliance.health.issue import Issue, ongoing

_FRESH_S = 3.0


class Vitals:
    """Runs the quick round at most every three seconds, however many ask."""

    def __init__(self, check: Callable[[], list[Issue]], clock: Clock) -> None:
        """``check`` is the quick round."""
        self._check = check
        self._clock = clock
        self._lock = threading.Lock()
        self._issues: list[Issue] = []
        self._at = float("-inf")

    def issues(self) -> list[Issue]:
        """What is wrong now."""
        with self._lock:
            if self._clock.monotonic() - self._at > _FRESH_S:
                self._issues = ongoing(self._issues, self._check())
                self._at = self._clock.monotonic()
            return self._issues
