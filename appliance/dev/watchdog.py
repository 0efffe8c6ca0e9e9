"""Listens for one child's beats, as systemd does: a datagram socket, ``READY=1`` and ``WATCHDOG=1``."""

from __future__ import annotations

import socket
from contextlib import suppress

from appliance.clock import Clock

_LONGEST = 4096


class Watchdog:
    """Late once ``seconds`` have passed since the last word of a child that had been ready."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        """Give ``environment`` to the child."""
        self._seconds = seconds
        self._clock = clock
        self._heard_at: float | None = None
        self._looked_at = clock.monotonic()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("")  # an abstract name of the kernel's choice: no file, gone with us
        self._socket.setblocking(False)  # noqa: FBT003 the standard library's own signature

    @property
    def environment(self) -> dict[str, str]:
        """What sd_notify(3) reads."""
        address = bytes(self._socket.getsockname()).decode()
        microseconds = str(round(self._seconds * 1_000_000))
        return {"NOTIFY_SOCKET": "@" + address.removeprefix("\0"), "WATCHDOG_USEC": microseconds}

    def is_late(self) -> bool:
        """Take in what was said, and judge. Ask often: time in which nobody asked is not held against it."""
        now = self._clock.monotonic()
        away_s = now - self._looked_at
        self._looked_at = now
        said = self._said()
        if "READY=1" in said or (self._heard_at is not None and said):
            self._heard_at = now
        elif self._heard_at is not None and away_s > self._seconds / 3:
            self._heard_at += away_s
        return self._heard_at is not None and now - self._heard_at > self._seconds

    def _said(self) -> list[str]:
        words: list[str] = []
        with suppress(BlockingIOError):
            while True:
                words += self._socket.recv(_LONGEST).decode("utf-8", "replace").split("\n")
        return words

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()
