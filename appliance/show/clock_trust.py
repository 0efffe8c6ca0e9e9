"""Whether this machine's wall time may be believed."""

from __future__ import annotations

import ctypes
from datetime import datetime
from pathlib import Path

from appliance.clock import ClockTrust, RealClock

_SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
_UNSYNCHRONISED = 0x0040
"""STA_UNSYNC of <sys/timex.h>."""
_STATUS_OFFSET = 5 * ctypes.sizeof(ctypes.c_long)
"""`status` follows modes, offset, freq, maxerror and esterror, each as wide as a long (adjtimex(2))."""
_TIMEX_BYTES = 512
_LOOK_EACH_S = 10.0


class SystemClock(RealClock):
    """The machine's clock, and what its time service says of it: proven by NTP, or not at all."""

    def __init__(self) -> None:
        """Look at once."""
        super().__init__(kernel_trust())
        self._looked = self.monotonic()

    def now(self) -> datetime:
        """Wall time, aware, UTC; the trust in it is looked up every ten seconds."""
        if self.monotonic() - self._looked > _LOOK_EACH_S:
            self._looked = self.monotonic()
            self.trust = kernel_trust()
        return super().now()


def kernel_trust() -> ClockTrust:
    """PROVEN while a time service keeps the kernel's clock, else NONE."""
    if _SYNCHRONISED.exists():
        return ClockTrust.PROVEN
    timex = (ctypes.c_char * _TIMEX_BYTES)()
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex)) < 0:
        return ClockTrust.NONE
    status = ctypes.c_int.from_buffer(timex, _STATUS_OFFSET).value
    return ClockTrust.NONE if status & _UNSYNCHRONISED else ClockTrust.PROVEN
