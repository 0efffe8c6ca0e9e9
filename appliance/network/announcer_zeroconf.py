"""Announce `_matinee._tcp` and `matinee-<id>.local` by multicast DNS (RFC 6762, RFC 6763)."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence

from zeroconf import Error, ServiceInfo, Zeroconf

_TYPE = "_matinee._tcp.local."
_IP_MULTICAST_ALL = 49
"""ip(7). Linux gives a socket what any socket of the machine asked for; one link must not hear another."""

_log = logging.getLogger(__name__)


class ZeroconfAnnouncer:
    """One announcement on the given addresses."""

    def __init__(self, box: str, port: int, addresses: Sequence[str], version: str, films: int = 0) -> None:
        """``addresses`` are the box's own, on the links where it may be found; ``port`` is the portal's.

        ``films`` is where neighbours get films; 0: they get none.
        """
        self._addresses = list(addresses)
        self._service = ServiceInfo(
            _TYPE,
            f"{box}.{_TYPE}",
            addresses=[socket.inet_aton(address) for address in addresses],
            port=port,
            properties={"version": version, "role": "box", "films": str(films)},
            server=f"matinee-{box}.local.",
        )
        self._zeroconf: Zeroconf | None = None

    @property
    def announced(self) -> bool:
        """Whether the announcement stands."""
        return self._zeroconf is not None

    def ensure_announced(self) -> None:
        """Announce once the addresses are up; until then try again at each call."""
        if self._zeroconf is not None or not self._addresses:
            return
        zeroconf: Zeroconf | None = None
        try:
            zeroconf = Zeroconf(interfaces=self._addresses)
            for reader in zeroconf.engine.readers:
                reader.sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
            zeroconf.register_service(self._service, allow_name_change=True)
        except (OSError, Error) as fault:
            _log.warning("not announced: %s", fault)
            if zeroconf is not None:
                zeroconf.close()
            return
        self._zeroconf = zeroconf

    def withdraw(self) -> None:
        """Say goodbye on all links."""
        if self._zeroconf is not None:
            self._zeroconf.unregister_all_services()
            self._zeroconf.close()
            self._zeroconf = None
