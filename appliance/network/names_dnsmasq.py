"""Names and addresses by two dnsmasq: one captive, with DHCP, and one that forwards."""

from __future__ import annotations

import shutil
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.network import dnsmasq_settings, leases
from appliance.network.child import Child
from appliance.network.names import Names


class DnsmasqNames:
    """Its files lie in one folder; its processes are our children, and die with us."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """``network.missing`` without dnsmasq."""
        program = shutil.which("dnsmasq", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
        if program is None:
            raise MatineeError("network.missing", program="dnsmasq")
        self._leases = folder / "leases"
        captive, forwarding = folder / "captive.conf", folder / "forwarding.conf"
        self._captive = Child([program, f"--conf-file={captive}"], captive, clock)
        self._forwarding = Child([program, f"--conf-file={forwarding}"], forwarding, clock)

    def ensure(self, names: Names | None) -> bool:
        """Both, or one, or none."""
        captive = dnsmasq_settings.captive(names, self._leases) if names is not None else None
        forwarding = dnsmasq_settings.forwarding(names) if names is not None and names.resolvers else None
        return self._captive.ensure(captive) | self._forwarding.ensure(forwarding)

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
