"""Work that is done again and again on a thread of its own, and that may fail now and then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from appliance.clock import Clock
from appliance.errors import MatineeError

_log = logging.getLogger(__name__)


class Rounds:
    """One round at once, then each ``every_s`` of the clock. A round that fails is logged; the next comes."""

    def __init__(self, name: str, work: Callable[[], object], every_s: float, clock: Clock) -> None:
        """``name`` is the thread's. Nothing runs yet."""
        self._name = name
        self._work = work
        self._every_s = every_s
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """No more rounds; waits for the one that goes on."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        failing = ""
        while not self._stopping.is_set():
            try:
                self._work()
            except (MatineeError, OSError) as fault:
                why = fault.key if isinstance(fault, MatineeError) else str(fault.strerror)
                if why != failing:
                    _log.warning("round=%s has to wait why=%s", self._name, why)
                failing = why
            else:
                failing = ""
            self._clock.wait(self._stopping, self._every_s)
