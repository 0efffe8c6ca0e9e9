"""Names and addresses by two dnsmasq: one captive, with DHCP, and one that forwards."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.network import dnsmasq_settings, leases
from appliance.network.child import Child
from appliance.network.names import Names
from appliance.network.rules import FORWARDING_DNS

_PATIENCE_S = 0.2
_QUESTION = b"\0\1\1\0\0\1\0\0\0\0\0\0" + b"\7matinee\10internal\0" + b"\0\1\0\1"
"""The portal's own name, which it knows without asking anybody (RFC 1035, 4.1)."""


class DnsmasqNames:
    """Its files lie in one folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """``network.missing`` without dnsmasq."""
        program = shutil.which("dnsmasq", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
        if program is None:
            raise MatineeError("network.missing", program="dnsmasq")
        self._leases = folder / "leases"
        self._names: Names | None = None
        self._answered = -1
        captive, forwarding = folder / "captive.conf", folder / "forwarding.conf"
        self._captive = Child([program, f"--conf-file={captive}"], captive, clock)
        self._forwarding = Child([program, f"--conf-file={forwarding}"], forwarding, clock)

    def ensure(self, names: Names | None) -> bool:
        """Both, or one, or none."""
        self._names = names
        captive = dnsmasq_settings.captive(names, self._leases) if names is not None else None
        forwarding = dnsmasq_settings.forwarding(names) if names is not None and names.resolvers else None
        return self._captive.ensure(captive) | self._forwarding.ensure(forwarding)

    def forwards(self) -> bool:
        """Once it has answered since its last start."""
        if not self._forwarding.running or self._names is None:
            return False
        if self._answered != self._forwarding.number and _answers(str(self._names.gateway)):
            self._answered = self._forwarding.number
        return self._answered == self._forwarding.number

    def leases(self) -> str:
        """What dnsmasq last wrote; empty before the first."""
        try:
            return self._leases.read_text("utf-8", "replace")
        except OSError:
            return ""

    def reclaim(self, addresses: frozenset[str]) -> None:
        """Stop dnsmasq, cut its file, start it, in some 50 ms: it keeps its leases in memory."""
        self._captive.stop()
        self._leases.write_text(leases.without(self.leases(), addresses), "utf-8")
        self._captive.restart()


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(_PATIENCE_S)
        try:
            sock.connect((address, FORWARDING_DNS))
            sock.send(_QUESTION)
            return bool(sock.recv(512))
        except OSError:
            return False
