"""Printing beside the counter: nothing waits for a printer, and what it did not print is printed again."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from appliance.clock import Clock
from appliance.config_house import PrinterTable
from appliance.errors import MatineeError
from appliance.paper.printer import bring

MOST_JOBS = 200
"""That wait, and that failed, for each printer. The evening's rows can print anything again."""

_log = logging.getLogger(__name__)


class PrinterKind(StrEnum):
    """What a box may have one of."""

    RECEIPTS = "receipts"
    LABELS = "labels"


@dataclass(frozen=True, slots=True)
class PrinterView:
    """One printer, as stewards see it."""

    kind: PrinterKind
    waiting: int = 0
    failed: int = 0
    fault: MatineeError | None = None
    """Why the newest of those was not printed."""


class Printing:
    """Printers of one box, each with a thread of its own. Safe to use from any thread."""

    def __init__(self, table: PrinterTable, clock: Clock) -> None:
        """Nothing runs before ``start``."""
        addresses = {PrinterKind.RECEIPTS: table.receipts, PrinterKind.LABELS: table.labels}
        self._lines = {kind: _Line(kind, at, clock) for kind, at in addresses.items() if at}

    def start(self) -> None:
        """Begin to print."""
        for line in self._lines.values():
            line.thread.start()

    def stop(self) -> None:
        """End after what is being printed now."""
        for line in self._lines.values():
            line.stop()

    def has(self, kind: PrinterKind) -> bool:
        """Whether this box has one."""
        return kind in self._lines

    def put(self, kind: PrinterKind, render: Callable[[], bytes]) -> None:
        """Print that soon; returns at once. ``paper.none`` without a printer, ``paper.too_many``."""
        if kind not in self._lines:
            raise MatineeError("paper.none")
        self._lines[kind].put(render)

    def again(self) -> None:
        """Print everything that failed."""
        for line in self._lines.values():
            line.again()

    def forget(self) -> None:
        """Leave what failed unprinted."""
        for line in self._lines.values():
            line.forget()

    def view(self) -> tuple[PrinterView, ...]:
        """Every printer there is."""
        return tuple(line.view() for line in self._lines.values())


class _Line:
    """One printer and what waits for it."""

    def __init__(self, kind: PrinterKind, address: str, clock: Clock) -> None:
        self._kind = kind
        self._address = address
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: deque[Callable[[], bytes]] = deque()
        self._failed: deque[Callable[[], bytes]] = deque()
        self._fault: MatineeError | None = None
        self._stopping = False
        self.thread = threading.Thread(target=self._run, name=f"print-{kind}", daemon=True)

    def put(self, render: Callable[[], bytes]) -> None:
        with self._changed:
            if len(self._waiting) >= MOST_JOBS:
                raise MatineeError("paper.too_many", most=MOST_JOBS)
            self._waiting.append(render)
            self._changed.notify()

    def again(self) -> None:
        with self._changed:
            self._waiting.extendleft(reversed(self._failed))
            self._failed.clear()
            self._fault = None
            self._changed.notify()

    def forget(self) -> None:
        with self._changed:
            self._failed.clear()
            self._fault = None

    def view(self) -> PrinterView:
        with self._changed:
            return PrinterView(self._kind, len(self._waiting), len(self._failed), self._fault)

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or bool(self._waiting))
                if self._stopping:
                    return
                render = self._waiting[0]
            fault = self._printed(render)
            with self._changed:
                self._waiting.remove(render)
                if fault is not None:
                    self._failed.append(render)
                    while len(self._failed) > MOST_JOBS:
                        self._failed.popleft()
                    self._fault = fault

    def _printed(self, render: Callable[[], bytes]) -> MatineeError | None:
        try:
            bring(self._address, render(), self._clock)
        except MatineeError as fault:
            if self._fault is None:
                _log.warning("not printed printer=%s fault=%s", self._kind, fault.key)
            return fault
        except Exception:  # noqa: BLE001 the one net below this thread: the next slip may be fine
            _log.exception("not printed printer=%s", self._kind)
            return MatineeError("paper.broken")
        return None
