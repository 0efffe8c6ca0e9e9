"""OSC over TCP, as QLab does it: packets by SLIP (OSC 1.1), and answers on the same connection."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Hashable
from contextlib import suppress

from appliance.show.osc_desk import OscDesk
from appliance.show.osc_pythonosc import PacketStream, in_stream

_PIECE_BYTES = 8192
_MOST_CALLERS = 16
_LOOK_MS = 500


class TcpCaller:
    """One connection. Who does not take what is sent to them is hung up on, and nobody waits for them."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over ``connection``."""
        connection.setblocking(False)  # noqa: FBT003 the standard library's own
        self.connection = connection
        self._packets = PacketStream()
        self._sending = threading.Lock()

    @property
    def name(self) -> Hashable:
        """Each connection is its own caller."""
        return id(self)

    @property
    def forgotten_after_s(self) -> float:
        """Not while it is connected."""
        return float("inf")

    def send(self, packet: bytes) -> None:
        """See `Caller`."""
        whole = in_stream(packet)
        with self._sending:
            try:
                sent = self.connection.send(whole)
            except OSError:
                sent = 0
            if sent < len(whole):
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)

    def read(self) -> list[bytes] | None:
        """Return the packets that came; None if they are gone, or speak something else."""
        try:
            piece = self.connection.recv(_PIECE_BYTES)
            return self._packets.feed(piece) if piece else None
        except BlockingIOError:
            return []
        except (OSError, ValueError):
            return None


def open_tcp(host: str, port: int) -> socket.socket:
    """Return the open door; ``OSError`` if the port can not be had."""
    return socket.create_server((host, port), backlog=_MOST_CALLERS)


def listen_tcp(door: socket.socket, desk: OscDesk, stopping: threading.Event) -> None:
    """Hear all who call, one packet after another, until ``stopping``; ``OSError`` if the port is lost."""
    callers: dict[int, TcpCaller] = {}
    ears = select.poll()
    ears.register(door, select.POLLIN)
    try:
        while not stopping.is_set():
            for number, _ in ears.poll(_LOOK_MS):
                if number == door.fileno():
                    _admit(door, callers, ears)
                else:
                    _hear(callers, number, desk, ears)
    finally:
        for caller in callers.values():
            desk.forget(caller)
            caller.connection.close()


def _admit(door: socket.socket, callers: dict[int, TcpCaller], ears: select.poll) -> None:
    connection, _ = door.accept()
    if len(callers) >= _MOST_CALLERS:
        connection.close()
        return
    callers[connection.fileno()] = TcpCaller(connection)
    ears.register(connection, select.POLLIN)


def _hear(callers: dict[int, TcpCaller], number: int, desk: OscDesk, ears: select.poll) -> None:
    caller = callers[number]
    packets = caller.read()
    if packets is None:
        ears.unregister(caller.connection)
        desk.forget(caller)
        callers.pop(number).connection.close()
        return
    for packet in packets:
        desk.hear(caller, packet)
