"""Ask the internet for a page whose answer is known, over one interface, without making anybody wait."""

from __future__ import annotations

import http.client
import socket
import threading
from urllib.parse import urlsplit

from appliance.clock import Clock
from appliance.network.uplink import Answer

_PATIENCE_S = 5.0
_MOST_BYTES = 4096
_GOOD_S = 60.0
_BAD_S = 3.0


def ask(url: str, expected: str, interface: str) -> Answer:
    """One question; a redirection is another's answer (RFC 8952, section 1)."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_PATIENCE_S)
    try:
        connection.sock = _connected(parts.hostname or "", parts.port or 80, interface)
        connection.request("GET", parts.path or "/", headers={"Cache-Control": "no-cache"})
        response = connection.getresponse()
        said = response.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return Answer.NONE
    finally:
        connection.close()
    right = response.status == http.HTTPStatus.OK and said.strip().startswith(expected)
    return Answer.RIGHT if right else Answer.ANOTHER


def _connected(host: str, port: int, interface: str) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(_PATIENCE_S)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


class Connectivity:
    """The last answer; a new one is fetched on a thread, each minute, each three seconds while it is bad."""

    def __init__(self, url: str, expected: str, clock: Clock) -> None:
        """Nothing is asked before ``answer``."""
        self._url, self._expected, self._clock = url, expected, clock
        self._lock = threading.Lock()
        self._asked_of: tuple[str, tuple[str, ...]] = ("", ())
        self._answer = Answer.NONE
        self._due = float("-inf")

    def answer(self, interface: str, addresses: tuple[str, ...]) -> Answer:
        """As last heard over ``interface`` while it had these ``addresses``."""
        with self._lock:
            if (interface, addresses) != self._asked_of:
                self._asked_of, self._answer, self._due = (interface, addresses), Answer.NONE, float("-inf")
            if self._clock.monotonic() >= self._due:
                self._due = self._clock.monotonic() + _PATIENCE_S * 4
                threading.Thread(
                    target=self._ask, args=(self._asked_of,), name="connectivity", daemon=True
                ).start()
            return self._answer

    def _ask(self, about: tuple[str, tuple[str, ...]]) -> None:
        heard = ask(self._url, self._expected, about[0])
        with self._lock:
            if about == self._asked_of:
                self._answer = heard
                self._due = self._clock.monotonic() + (_GOOD_S if heard is Answer.RIGHT else _BAD_S)
