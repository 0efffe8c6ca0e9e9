"""What the projector of a box without an event shows is asked of others now and then: way in, films."""

from __future__ import annotations

import threading
from collections.abc import Callable

from appliance.clock import Clock
from appliance.errors import MatineeError

_EACH_S = 5.0


class Invitation:
    """Asks on a thread of its own, only while it is wanted: a console that is slow holds nobody up."""

    def __init__(self, ask: Callable[[], str], wanted: Callable[[], bool], clock: Clock) -> None:
        """``ask`` returns an address, or empty; ``wanted`` is cheap."""
        self._ask = ask
        self._wanted = wanted
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="invitation", daemon=True)
        self.address = ""
        """What to show, an address or words; empty: nothing."""

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.address = self._asked() if self._wanted() else ""
            self._clock.wait(self._stopping, _EACH_S)

    def _asked(self) -> str:
        try:
            return self._ask()
        except MatineeError:
            return ""
