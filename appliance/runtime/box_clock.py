"""The clock of a service: never before the last time that was known, and what an operator said counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from appliance.clock import Clock, ClockTrust, RealClock
from appliance.runtime.clock_note import ClockNote, read_note
from appliance.store.outbox import boot_id

_READ_EACH_S = 5.0


class BoxClock:
    """PROVEN: the kernel's time, whatever was known. TOLD: as a person said since this boot began.

    NONE: the kernel's time, but not before what was known last: a board without a battery wakes in 1970. A
    kernel that jumps ahead without a reason is not believed by anybody, but neither held back.
    """

    def __init__(self, root: Path, base: Clock | None = None, boot: Callable[[], str] = boot_id) -> None:
        """``root`` of the box; the note is read again each five seconds."""
        self._root, self._base, self.boot = root, base or RealClock(), boot()
        """The kernel's id of this boot."""
        self._note: ClockNote | None = None
        self._read_at: float | None = None

    @property
    def trust(self) -> ClockTrust:
        """How far ``now()`` may be believed."""
        if self._base.trust is not ClockTrust.NONE:
            return self._base.trust
        return ClockTrust.TOLD if self._told() else ClockTrust.NONE

    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        base = self._base.now()
        if self._base.trust is ClockTrust.PROVEN:
            return base
        note = self._read()
        if note is None:
            return base
        known = note.now(self.boot, self._base.monotonic())
        return known if self._told() else max(base, known)

    def monotonic(self) -> float:
        """Seconds since boot."""
        return self._base.monotonic()

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Wait for ``event``."""
        return self._base.wait(event, timeout_s)

    def look(self) -> None:
        """Read the note at the next question."""
        self._read_at = None

    def _told(self) -> bool:
        note = self._read()
        return note is not None and note.told and note.boot == self.boot

    def _read(self) -> ClockNote | None:
        now = self._base.monotonic()
        if self._read_at is None or now - self._read_at > _READ_EACH_S:
            self._note, self._read_at = read_note(self._root), now
        return self._note
