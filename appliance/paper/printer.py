"""Bringing bytes to a printer: over TCP (9100), or to the device file of a cable."""

from __future__ import annotations

import os
import select
import socket

from appliance.clock import Clock
from appliance.errors import MatineeError

PORT = 9100
"""Raw printing (JetDirect, "AppSocket")."""
CONNECT_S = 4.0
WRITE_S = 15.0
"""A printer takes a slip in a second; one without paper takes nothing."""


def bring(address: str, content: bytes, clock: Clock) -> None:
    """Give ``content`` to the printer at ``address``: ``host``, ``host:port``, or ``/dev/usb/lp0``.

    ``paper.away`` if it does not answer; ``paper.stuck`` if it stopped taking what is sent.
    """
    if address.startswith("/"):
        _to_device(address, content, clock)
    else:
        _over_tcp(address, content, clock)


def _over_tcp(address: str, content: bytes, clock: Clock) -> None:
    host, _, port = address.removeprefix("[").partition("]:" if address.startswith("[") else ":")
    try:
        door = socket.create_connection((host.rstrip("]"), int(port or PORT)), CONNECT_S)
    except OSError as gone:
        raise MatineeError("paper.away", address=address) from gone
    with door:
        door.settimeout(WRITE_S)
        try:
            door.sendall(content)
            door.shutdown(socket.SHUT_WR)
            _heard_out(door, clock)
        except TimeoutError as slow:
            raise MatineeError("paper.stuck", address=address) from slow
        except OSError as gone:
            raise MatineeError("paper.away", address=address) from gone


def _heard_out(door: socket.socket, clock: Clock) -> None:
    """Wait until it has hung up: then it has read everything. ``TimeoutError``, also if it talks on."""
    until = clock.monotonic() + WRITE_S
    while door.recv(4096):
        left = until - clock.monotonic()
        if left <= 0:
            raise TimeoutError
        door.settimeout(left)


def _to_device(path: str, content: bytes, clock: Clock) -> None:
    try:
        device = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as gone:
        raise MatineeError("paper.away", address=path) from gone
    try:
        left, until = memoryview(content), clock.monotonic() + WRITE_S
        ready = select.poll()
        ready.register(device, select.POLLOUT)
        while left:
            if not ready.poll(max(0.0, until - clock.monotonic()) * 1000):
                raise MatineeError("paper.stuck", address=path)
            left = left[os.write(device, left) :]
    except OSError as gone:
        raise MatineeError("paper.away", address=path) from gone
    finally:
        os.close(device)
