"""Doors for OSC: open while the port can be had, tried again while it can not."""

from __future__ import annotations

import logging
import socket
import threading

from appliance.config_house import OscTable
from appliance.model.show_view import ShowView
from appliance.show.osc_desk import OscDesk
from appliance.show.osc_pythonosc import be_quiet
from appliance.show.osc_tcp import listen_tcp, open_tcp
from appliance.show.osc_udp import UdpCaller, listen_udp, open_udp

_AGAIN_S = 5.0

_log = logging.getLogger(__name__)


class OscDoors:
    """UDP and TCP on the same port, a thread each. The show goes on without."""

    def __init__(self, table: OscTable, desk: OscDesk) -> None:
        """Nothing is open yet."""
        self._table = table
        self._desk = desk
        self._stopping = threading.Event()
        self._udp: socket.socket | None = None
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("osc-udp", self._run_udp), ("osc-tcp", self._run_tcp))
        ]

    def start(self) -> None:
        """Begin to listen, if the config says where."""
        if self._table.listen:
            be_quiet()
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(2)

    def tell(self, view: ShowView) -> None:
        """Send those who follow what changed; from the owner thread, never waits."""
        sock = self._udp
        always = () if sock is None else tuple(self._caller(sock, host) for host in self._table.tell)
        self._desk.tell(view, always)

    def _caller(self, sock: socket.socket, host: str) -> UdpCaller:
        return UdpCaller(sock, host, self._table.reply_port)

    def _run_udp(self) -> None:
        refused = False
        while not self._stopping.is_set():
            try:
                with open_udp(self._table.listen, self._table.port) as opened:
                    refused = self._opened("udp", refused)
                    self._udp = opened
                    listen_udp(opened, self._table.reply_port, self._desk, self._stopping)
            except OSError as fault:
                refused = self._refused("udp", fault, refused)
            self._udp = None

    def _run_tcp(self) -> None:
        refused = False
        while not self._stopping.is_set():
            try:
                with open_tcp(self._table.listen, self._table.port) as opened:
                    refused = self._opened("tcp", refused)
                    listen_tcp(opened, self._desk, self._stopping)
            except OSError as fault:
                refused = self._refused("tcp", fault, refused)

    def _opened(self, kind: str, refused: bool) -> bool:  # noqa: FBT001 as it was
        if refused:
            _log.info("osc is listening by=%s port=%s", kind, self._table.port)
        return False

    def _refused(self, kind: str, fault: OSError, refused: bool) -> bool:  # noqa: FBT001 as it was
        if not refused:
            _log.warning("osc not listening by=%s port=%s fault=%s", kind, self._table.port, fault)
        self._stopping.wait(_AGAIN_S)
        return True
