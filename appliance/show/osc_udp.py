"""OSC over UDP, as QLab does it: asks come in on one port, replies and updates go out to another."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Hashable
from dataclasses import dataclass

from appliance.show.osc_desk import OscDesk

_MOST_BYTES = 8192
_FOLLOWS_S = 61.0
"""QLab forgets a UDP client that says nothing for this long."""
_LOOK_S = 0.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UdpCaller:
    """A host; it is answered on the port that all answers go to."""

    socket: socket.socket
    host: str
    reply_port: int

    @property
    def name(self) -> Hashable:
        """One host is one caller, whatever port it asks from."""
        return self.host

    @property
    def forgotten_after_s(self) -> float:
        """Nobody says good-bye by UDP."""
        return _FOLLOWS_S

    def send(self, packet: bytes) -> None:
        """See `Caller`."""
        try:
            self.socket.sendto(packet, (self.host, self.reply_port))
        except OSError as fault:
            _log.debug("osc reply lost host_port=%s fault=%s", self.reply_port, fault)


def open_udp(host: str, port: int) -> socket.socket:
    """Return the open port; ``OSError`` if it can not be had."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    opened.settimeout(_LOOK_S)
    return opened


def listen_udp(opened: socket.socket, reply_port: int, desk: OscDesk, stopping: threading.Event) -> None:
    """Hear one datagram after another until ``stopping``; ``OSError`` if the port is lost."""
    while not stopping.is_set():
        try:
            datagram, (host, _port) = opened.recvfrom(_MOST_BYTES)
        except TimeoutError:
            continue
        desk.hear(UdpCaller(opened, host, reply_port), datagram)
