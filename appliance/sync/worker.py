"""The thread that talks to the bucket, so that the owner thread always answers."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.sync_view import BucketState
from appliance.sync.backoff import delay_s
from appliance.sync.push import Pusher

POLL_S = 2.0
"""How soon a row is found whose bell was lost."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Uplink:
    """How the bucket answered last."""

    state: BucketState
    sentence: str = ""
    failures: int = 0
    last_success: datetime | None = None


class PushWorker:
    """Repeats ``step`` while it has something to do, and backs off while the bucket does not answer."""

    def __init__(
        self, step: Callable[[], bool], hurry: Callable[[], None], clock: Clock, uplink: Uplink,
        *, poll_s: float = POLL_S, faults: Callable[[], tuple[str, ...]] = tuple,
        pusher: Pusher | None = None,
    ) -> None:  # fmt: skip
        """``step`` brings one thing up, or says False; ``hurry`` makes it due. Both run on the thread.

        ``faults``: sentences on what could not be brought up, and is left for a while; from any thread.
        """
        self._step = step
        self._hurry = hurry
        self._clock = clock
        self._poll_s = poll_s
        self._faults = faults
        self.pusher = pusher
        """Whose steps these are, for those who ask how far it is."""
        self._uplink = uplink
        self._waking = threading.Event()
        self._urgent = threading.Event()
        self._stopping = threading.Event()
        self._not_before = clock.monotonic()
        self._thread = threading.Thread(target=self._run, name="push", daemon=True)
        self._on_fault: Callable[[Exception], None] | None = None

    @property
    def uplink(self) -> Uplink:
        """How the bucket answered last; from any thread."""
        return self._uplink

    @property
    def faults(self) -> tuple[str, ...]:
        """Sentences on what is left for a while; from any thread."""
        return self._faults()

    def start(self, on_fault: Callable[[Exception], None]) -> None:
        """Begin; ``on_fault`` hears, on the thread, of the bug that ended it."""
        self._on_fault = on_fault
        self._thread.start()

    def wake(self) -> None:
        """Look at the rows soon; from any thread."""
        self._waking.set()

    def push(self) -> None:
        """Look now, whatever the back-off says; from any thread."""
        self._urgent.set()
        self._waking.set()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End after the object at hand, or leave it: what is cut off is repeated after the next start."""
        self._stopping.set()
        self._waking.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._waking.clear()
                if self._urgent.is_set():
                    self._urgent.clear()
                    self._not_before = self._clock.monotonic()
                    self._hurry()
                if self._clock.monotonic() >= self._not_before:
                    self._attempt()
                self._clock.wait(self._waking, self._poll_s)
            if self.pusher is not None:
                self.pusher.settle()
        except Exception as fault:
            if self._on_fault is None:
                raise
            self._on_fault(fault)

    def _attempt(self) -> None:
        try:
            while not self._stopping.is_set() and self._step():
                self._succeeded()
        except MatineeError as fault:
            self._failed(fault)

    def _succeeded(self) -> None:
        if self._uplink.failures:
            _log.info("bucket answers again failures=%s", self._uplink.failures)
        self._uplink = Uplink(BucketState.READY, last_success=self._clock.now())

    def _failed(self, fault: MatineeError) -> None:
        failures = self._uplink.failures + 1
        if failures == 1:
            _log.warning("bucket does not take anything: %s", fault.sentence)
        state = BucketState.AWAY if fault.key == "bucket.away" else BucketState.REFUSED
        self._uplink = replace(self._uplink, state=state, sentence=fault.sentence, failures=failures)
        self._not_before = self._clock.monotonic() + delay_s(
            failures,
            random.random(),  # noqa: S311 no secret
            fault.facts.get("retry_after_s", 0.0),
        )
