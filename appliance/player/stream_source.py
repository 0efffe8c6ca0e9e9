"""Bytes of a live stream from this machine's own relay: no other address is ever opened."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from appliance.errors import MatineeError

_SILENT_S: Final = 2.5
"""A relay that gives nothing for so long has nothing: with what libVLC needs, a card stands within 3 s."""
_MOST_BYTES: Final = 64 << 10


def loopback(address: str) -> tuple[str, int]:
    """Host and port of ``tcp://127.0.0.1:PORT``; ``player.not_loopback`` if it is any other kind of address.

    Only numbers: a name might be another machine's by the time it is opened.
    """
    try:
        parts = urlsplit(address)
        host, port = ipaddress.ip_address(parts.hostname or ""), parts.port
    except ValueError as fault:
        raise MatineeError("player.not_loopback", address=address) from fault
    plain = address in {f"tcp://{host}:{port}", f"tcp://[{host}]:{port}"}
    if not (plain and host.is_loopback and port):
        raise MatineeError("player.not_loopback", address=address)
    return str(host), port


class StreamSource:
    """One connection to the relay; MPEG-TS as it comes."""

    size_bytes = None

    def __init__(self, address: str) -> None:
        """Raises ``player.not_loopback``, and ``player.stream_away`` if nobody answers."""
        try:
            self._socket = socket.create_connection(loopback(address), timeout=_SILENT_S)
        except OSError as fault:
            raise MatineeError("player.stream_away") from fault

    def seek(self, _offset: int) -> int:
        """Nowhere to go."""
        return 0

    def read(self, most: int) -> bytes:
        """What came; nothing once the relay closed. ``player.stream_away`` if nothing comes."""
        try:
            return self._socket.recv(min(most, _MOST_BYTES))
        except OSError as fault:
            raise MatineeError("player.stream_away") from fault

    def abort(self) -> None:
        """Let ``read`` return."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
