"""The bell: one datagram says "look at the rows". It is a hint; lost, polling finds them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from appliance.ipc import unix
from appliance.paths import Paths, Service


def ring(paths: Paths, service: Service) -> None:
    """Wake ``service``, if it is there. Never waits and never fails."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        unix.connect(sock, paths.bell(service))
        sock.send(b"!")


class Bell:
    """Listens for rings and calls ``heard`` on a thread of its own."""

    def __init__(self, paths: Paths, service: Service, heard: Callable[[], None]) -> None:
        """``heard`` must only enqueue."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        unix.bind(self._socket, paths.bell(service))
        self._heard = heard
        self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(1)
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while self._socket.recv(16):
                self._heard()
