"""The box's own address, as the venue's router gave it."""

from __future__ import annotations

import socket

_FAR_AWAY = ("192.0.2.1", 9)
"""Nobody's (RFC 5737); nothing is sent there."""


def own_address() -> str:
    """From which address this machine would ask the world; empty: it is on no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(_FAR_AWAY)  # it only chooses the way
        except OSError:
            return ""
        return str(line.getsockname()[0])
