"""Ports that nobody listens on, and that nobody takes before the test does."""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import closing

_FIRST, _EACH = 11_000, 5_000
"""Below those that the kernel gives to whoever asks for any (ip_local_port_range(7)), and above the last that
a browser refuses (10080; "bad port" of the Fetch Standard): four runs at once have ``_EACH`` of their own."""


def free_port(*, udp: bool = False) -> int:
    """One that this run has not given away yet."""
    return next(port for port in _PORTS if _is_free(port, udp=udp))


def free_pair() -> int:
    """A port that is free and whose next one is."""
    before = free_port()
    while (port := free_port()) != before + 1:
        before = port
    return before


def _is_free(port: int, *, udp: bool) -> bool:
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with closing(socket.socket(type=kind)) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _own_ports() -> Iterator[int]:
    number = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 3) % 4
    start = secrets.randbelow(_EACH)  # others may test on this machine, too
    while True:
        yield from (_FIRST + number * _EACH + (start + step) % _EACH for step in range(_EACH))


_PORTS = _own_ports()
