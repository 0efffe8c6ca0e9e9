"""Find neighbours by multicast DNS (`_matinee._tcp`, RFC 6762, RFC 6763)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from zeroconf import Error, ServiceBrowser, ServiceListener, Zeroconf

from appliance.numerals import whole
from appliance.sync.neighbours import FILMS, TYPE, Neighbour

_ASK_MS = 2000
_MOST = 20
"""More is no neighbourhood but somebody's flood."""

_log = logging.getLogger(__name__)


class ZeroconfNeighbourhood(ServiceListener):
    """Listens on the box's own addresses; a link that is not up is tried again at the next question."""

    def __init__(self, box: str, addresses: Sequence[str]) -> None:
        """``box`` is this box: it is no neighbour of itself."""
        self._own = f"{box}.{TYPE}"
        self._addresses = list(addresses)
        self._lock = threading.Lock()
        self._found: dict[str, Neighbour] = {}
        self._zeroconf: Zeroconf | None = None

    def found(self) -> Sequence[Neighbour]:
        """Those that are there now."""
        self._ensure_listening()
        with self._lock:
            return sorted(self._found.values(), key=lambda neighbour: neighbour.name)

    def close(self) -> None:
        """Stop listening."""
        if self._zeroconf is not None:
            self._zeroconf.close()
            self._zeroconf = None

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Somebody announced themselves."""
        service = zc.get_service_info(type_, name, timeout=_ASK_MS)
        if service is None or name == self._own:
            return
        port = whole((service.properties.get(FILMS.encode()) or b"").decode("ascii", "replace"))
        addresses = service.parsed_addresses()
        if addresses and port is not None and 0 < port < 1 << 16:
            with self._lock:
                if len(self._found) < _MOST:
                    self._found[name] = Neighbour(name.removesuffix(f".{TYPE}"), addresses[0], port)

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """They moved."""
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """They said goodbye."""
        del zc, type_
        with self._lock:
            self._found.pop(name, None)

    def _ensure_listening(self) -> None:
        if self._zeroconf is not None or not self._addresses:
            return
        try:
            self._zeroconf = Zeroconf(interfaces=self._addresses)
            ServiceBrowser(self._zeroconf, TYPE, self)
        except (OSError, Error) as fault:
            _log.warning("neighbours can not be looked for: %s", fault)
            self.close()
