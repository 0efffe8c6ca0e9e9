"""Tell systemd how we are (sd_notify(3)); without systemd, tell nobody."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(*words: str) -> None:
    """Send ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1`` or ``STATUS=...``."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)  # noqa: FBT003 the socket module's own signature
        sock.connect("\0" + address[1:] if address.startswith("@") else address)
        sock.send("\n".join(words).encode())


def watchdog_interval_s() -> float | None:
    """How often systemd wants to hear from us: half of ``WATCHDOG_USEC``; None if it does not ask."""
    microseconds = os.environ.get("WATCHDOG_USEC")
    return int(microseconds) / 2_000_000 if microseconds else None
