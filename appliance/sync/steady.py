"""A thread that does one thing after the other, and leaves it for a while when it fails."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.sync.backoff import delay_s

_log = logging.getLogger(__name__)


class Steady:
    """Repeats ``step`` while it says True, then waits; a fault that a person could know of is said once."""

    def __init__(self, name: str, step: Callable[[], bool], clock: Clock, poll_s: float) -> None:
        """Not started yet. ``step`` runs on the thread only."""
        self._name = name
        self._step = step
        self._clock = clock
        self._poll_s = poll_s
        self._failures = 0
        self._waking = threading.Event()
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._on_fault: Callable[[Exception], None] = _raise
        self.sentence = ""
        """What failed last; empty once it goes again."""

    def start(self, on_fault: Callable[[Exception], None]) -> None:
        """Begin; ``on_fault`` hears, on the thread, of the bug that ended it."""
        self._on_fault = on_fault
        self._thread.start()

    def wake(self) -> None:
        """Do not wait any longer; from any thread."""
        self._waking.set()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End after the thing at hand, or leave it: whatever is cut off goes on after the next start."""
        self.stopping.set()
        self._waking.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self.stopping.is_set():
                self._waking.clear()
                wait_s = self._attempt()
                self._clock.wait(self._waking, wait_s)
        except Exception as fault:  # noqa: BLE001 the service ends by it: start-up is the recovery
            self._on_fault(fault)

    def _attempt(self) -> float:
        """Work; return how long to wait."""
        try:
            while not self.stopping.is_set() and self._step():
                self._well()
        except MatineeError as fault:
            self._failures += 1
            if fault.sentence != self.sentence:
                _log.warning("%s waits: %s", self._name, fault.sentence)
            self.sentence = fault.sentence
            return delay_s(self._failures, random.random())  # noqa: S311 no secret
        self._well()
        return self._poll_s

    def _well(self) -> None:
        self._failures = 0
        self.sentence = ""


def _raise(fault: Exception) -> None:
    raise fault
