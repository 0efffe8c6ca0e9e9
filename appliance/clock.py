"""The only place that asks what time it is."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

_SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
_UNSYNCHRONISED = 0x0040
"""STA_UNSYNC of <sys/timex.h>."""
_STATUS_OFFSET = 5 * ctypes.sizeof(ctypes.c_long)
"""``status`` follows modes, offset, freq, maxerror and esterror, each as wide as a long (adjtimex(2))."""
_TIMEX_BYTES = 512
_ASK_EACH_S = 10.0


class ClockTrust(StrEnum):
    """How far wall time may be believed: not at all, as a phone told it, or proven (NTP, signed)."""

    NONE = "none"
    TOLD = "told"
    PROVEN = "proven"


class Clock(Protocol):
    """Wall time for records, monotonic time for waiting."""

    @property
    def trust(self) -> ClockTrust:
        """How far ``now()`` may be believed."""
        ...

    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Wait until ``event`` is set, at most ``timeout_s`` of this clock's seconds; True if it was set."""
        ...


def kernel_status() -> int | None:
    """Ask adjtimex(2) for its status bits, changing nothing; None where that is forbidden."""
    timex = (ctypes.c_char * _TIMEX_BYTES)()
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else ctypes.c_int.from_buffer(timex, _STATUS_OFFSET).value


def kernel_trust(
    status: Callable[[], int | None] = kernel_status, synchronised: Path = _SYNCHRONISED
) -> ClockTrust:
    """PROVEN only if the kernel says that a time service keeps its clock, else NONE.

    Where a sandbox forbids asking it (systemd's ProtectClock), systemd-timesyncd's mark counts instead.
    """
    bits = status()
    proven = synchronised.exists() if bits is None else not bits & _UNSYNCHRONISED
    return ClockTrust.PROVEN if proven else ClockTrust.NONE


class RealClock:
    """The machine's clock, and what its kernel says of it."""

    def __init__(self, status: Callable[[], int | None] = kernel_status) -> None:
        """``status`` answers as ``kernel_status``; it is asked at most each ten seconds."""
        self._status = status
        self._trust: ClockTrust | None = None
        self._asked = 0.0

    @property
    def trust(self) -> ClockTrust:
        """PROVEN while a time service keeps wall time, else NONE; never TOLD."""
        now = self.monotonic()
        if self._trust is None or now - self._asked > _ASK_EACH_S:
            self._asked = now
            self._trust = kernel_trust(self._status)
        return self._trust

    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since boot."""
        return time.monotonic()

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Wait for ``event`` in real seconds."""
        return event.wait(timeout_s)


class ScaledClock:
    """A clock that runs ``speed`` times as fast as its base: an evening in minutes."""

    def __init__(self, base: Clock, speed: float) -> None:
        """Both clocks agree now and drift apart from here."""
        self._base = base
        self._speed = speed
        self._start = base.monotonic()
        self._start_wall = base.now()

    @property
    def trust(self) -> ClockTrust:
        """A scaled wall time is nobody's proof."""
        return ClockTrust.NONE if self._speed != 1 else self._base.trust

    def _passed(self) -> float:
        return (self._base.monotonic() - self._start) * self._speed

    def now(self) -> datetime:
        """Scaled wall time, aware, UTC."""
        return self._start_wall + timedelta(seconds=self._passed())

    def monotonic(self) -> float:
        """Scaled seconds."""
        return self._start + self._passed()

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Wait for ``event``; ``timeout_s`` are scaled seconds."""
        return self._base.wait(event, timeout_s / self._speed)


class HeldClock:
    """A clock that moves only when told to: for tests."""

    def __init__(self, start: datetime | None = None, trust: ClockTrust = ClockTrust.PROVEN) -> None:
        """Begin at ``start``, else at a Friday evening in 2026."""
        self.trust = trust
        self._now = start or datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
        self._monotonic = 1000.0

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set_wall(self, now: datetime) -> None:
        """Let wall time jump, as a correction would; monotonic time does not move."""
        self._now = now

    def now(self) -> datetime:
        """Held wall time."""
        return self._now

    def monotonic(self) -> float:
        """Held seconds."""
        return self._monotonic

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Let the time-out pass at once."""
        if not event.is_set():
            self.advance(timeout_s)
        return event.is_set()
