"""A stand-in for the show that grants or refuses leases, with a lever. Speaks the contract of its socket."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from appliance.clock import Clock, RealClock
from appliance.ipc.bell import ring
from appliance.ipc.server import ControlServer, Route
from appliance.model.show_view import Lease
from appliance.paths import Paths, Service


class SimulatedLease:
    """`POST /lease` at ``run/show.sock``: no, until ``grant``."""

    def __init__(self, paths: Paths, clock: Clock | None = None) -> None:
        self._paths = paths
        self._clock = clock or RealClock()
        self._item = ""
        self._listens = False
        self._since_s = 0.0
        self._asked = 0
        self._changed = threading.Condition()
        self._silent = threading.Event()
        self._silent.set()
        self._server = ControlServer(
            paths.socket(Service.SHOW), (Route("POST", "/lease", lambda _: self._answer()),), _plainly
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._silent.set()
        self._server.close()

    def grant(self, item: str = "qa") -> None:
        """From now on the house may be filmed during ``item``."""
        self._set(item)

    def let_listen(self, item: str = "short") -> None:
        """From now on the room may be listened to during the film ``item``, and not filmed."""
        self._set(item, listens=True)

    def refuse(self, *, bell: bool = False) -> None:
        """From now on it may not; with ``bell`` the capture is told to ask."""
        self._set("")
        if bell:
            ring(self._paths, Service.CAPTURE)

    def hang(self) -> None:
        """Answer nobody until ``answer_again``."""
        self._silent.clear()

    def answer_again(self) -> None:
        """Answer those who wait, and everybody after."""
        self._silent.set()

    def wait_until_asked(self, times: int = 1, timeout_s: float = 30.0) -> None:
        """Wait until ``times`` more questions have been answered."""
        with self._changed:
            wanted = self._asked + times
            assert self._changed.wait_for(lambda: self._asked >= wanted, timeout_s)

    def _set(self, item: str, *, listens: bool = False) -> None:
        with self._changed:
            self._listens = listens
            self._item = item
            self._since_s = self._clock.monotonic()

    def _answer(self) -> Lease:
        self._silent.wait(10)
        with self._changed:
            self._asked += 1
            self._changed.notify_all()
            if not self._item:
                return Lease(granted=False)
            position_ms = round((self._clock.monotonic() - self._since_s) * 1000)
            return Lease(
                granted=not self._listens,
                listens=self._listens,
                item=self._item,
                event="friday",
                show="show-1",
                position_ms=position_ms,
                seconds=1.0,
            )


def _plainly(work: Callable[[], object]) -> object:
    return work()
