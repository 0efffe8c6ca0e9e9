"""The loop of a service: one thread owns the device and reads one inbox; everybody else only enqueues."""

from __future__ import annotations

import logging
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from typing import TypeVar

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ipc.bell import Bell
from appliance.ipc.notify import notify, watchdog_interval_s
from appliance.ipc.server import ControlServer, Route
from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance
from appliance.runtime.memory import GIVE_BACK_S, give_back
from appliance.runtime.timers import Timers

Result = TypeVar("Result")

_LONGEST_WAIT_S = 1.0
_CALL_TIMEOUT_S = 10.0

_log = logging.getLogger(__name__)


class ServiceLoop:
    """Give it timers, routes and a bell, then ``run`` it on the thread that shall own the device."""

    def __init__(self, service: Service, paths: Paths, clock: Clock) -> None:
        """Take the service's lock (``core.second_instance``); make the loop before all else."""
        self._held = ExitStack()
        self._held.enter_context(only_instance(paths, service))
        self.service = service
        self._paths = paths
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._clock = clock
        self._timers = Timers(clock)
        self._routes: list[Route] = []
        self._on_bell: Callable[[], None] | None = None
        if service != Service.PLAYER:  # which chooses its own moments
            self.every(GIVE_BACK_S, give_back)

    def every(
        self,
        seconds: float,
        work: Callable[[], None],
        *,
        rest_s: float | None = None,
        resting: Callable[[], bool] = lambda: False,
    ) -> None:
        """Run ``work`` on the owner thread, now and then each ``seconds`` of the clock.

        Each ``rest_s`` while it is ``resting``: that is asked after each piece of work, and must be cheap.
        """
        self._timers.every(seconds, work, rest_s=rest_s or seconds, resting=resting)

    def serve(self, routes: Sequence[Route]) -> None:
        """Answer these routes on the control socket; handlers run on the owner thread."""
        self._routes.extend(routes)

    def on_bell(self, work: Callable[[], None]) -> None:
        """Run ``work`` on the owner thread when the bell rings."""
        self._on_bell = work

    def post(self, work: Callable[[], None]) -> None:
        """Enqueue; from any thread and any callback."""
        self._inbox.put(work)

    def call(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` on the owner thread and return its result, from any other thread."""
        future: Future[Result] = Future()

        def answer() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work())
            except BaseException as fault:  # noqa: BLE001 it is raised again where it was asked for
                future.set_exception(fault)

        self.post(answer)
        try:
            return future.result(_CALL_TIMEOUT_S)
        except TimeoutError as late:
            future.cancel()
            raise MatineeError("ipc.timeout", service=self.service, seconds=_CALL_TIMEOUT_S) from late

    def stop(self) -> None:
        """Ask the loop to end; from any thread or signal handler."""
        self._stopping.set()
        self.post(lambda: None)

    def run(self) -> None:
        """Serve until stopped. One fault on the owner thread ends the process: start-up is the recovery."""
        with self._held:
            if threading.current_thread() is threading.main_thread():
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, lambda *_: self.stop())
            bell = Bell(self._paths, self.service, self._heard)
            control = ControlServer(self._paths.socket(self.service), self._routes, self.call)
            try:
                notify("READY=1")
                _log.info("ready")
                self._loop()
            finally:
                notify("STOPPING=1")
                control.close()
                bell.close()

    def _heard(self) -> None:
        if self._on_bell is not None:
            self.post(self._on_bell)

    def _loop(self) -> None:
        longest_s = min(_LONGEST_WAIT_S, watchdog_interval_s() or _LONGEST_WAIT_S)
        beat_at = self._clock.monotonic()
        while not self._stopping.is_set():
            try:
                work = self._inbox.get(timeout=min(longest_s, self._timers.wait_s()))
            except queue.Empty:
                pass
            else:
                work()
            self._timers.run_due()
            if self._clock.monotonic() >= beat_at:
                beat_at = self._clock.monotonic() + longest_s / 2
                notify("WATCHDOG=1")
