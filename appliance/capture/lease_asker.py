"""Asks the show twice a second whether the house may be filmed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import msgspec

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.show_view import Lease

_EACH_S = 0.5

_log = logging.getLogger(__name__)


class LeaseAsker:
    """A thread of its own: a show that hangs must not keep the owner from letting the lease run out."""

    def __init__(
        self, ask: Callable[[], Lease], clock: Clock, heard: Callable[[Lease, float, float], None]
    ) -> None:
        """``heard`` gets the answer and the monotonic times of asking and answer; it must only enqueue."""
        self._ask = ask
        self._clock = clock
        self._heard = heard
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def wake(self) -> None:
        """Ask now: something may have changed."""
        self._wake.set()

    def stop(self) -> None:
        """Ask no more. Does not wait for an answer that is on its way."""
        self._stopping = True
        self._wake.set()

    def _run(self) -> None:
        away = False
        while not self._stopping:
            self._wake.clear()
            asked_s = self._clock.monotonic()
            try:
                lease = self._ask()
            except (MatineeError, msgspec.MsgspecError) as fault:
                if not away:
                    _log.warning("no answer about filming: %s", fault)
                away = True
            else:
                if away:
                    _log.info("the show answers about filming again")
                away = False
                self._heard(lease, asked_s, self._clock.monotonic())
            self._clock.wait(self._wake, _EACH_S)
