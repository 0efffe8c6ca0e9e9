"""The one address of the attendees' pages now: the organiser's own name while its certificate is good."""

from __future__ import annotations

import threading
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Config
from appliance.front.certificate import Certificate, standing
from appliance.model.network_view import PORTAL_NAME
from appliance.paths import Paths

_LOOK_S = 30.0


class OwnAddress:
    """Looks at the certificate each half minute. Safe to use from any thread."""

    def __init__(self, paths: Paths, config: Config, clock: Clock, roots: Path | None = None) -> None:
        """``roots``: whom certificates are traced to (PEM); None: the system's."""
        self._paths = paths
        self._config = config
        self._clock = clock
        self._roots = roots
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._certificate: Certificate | None = None

    def portal(self) -> str:
        """What people type and where every redirect leads, without a trailing slash."""
        name = self._name()
        return self._config.portal.address if name is None else _https(name, self._config.front.https)

    def staff(self) -> str:
        """Where a device on the attendees' network finds the console, once staff let it in."""
        return _https(self._name() or PORTAL_NAME, self._config.front.staff)

    def trusted(self) -> bool:
        """Whether phones trust ``staff()`` without a warning."""
        return self._name() is not None

    def names(self) -> frozenset[str]:
        """Every name of the box that an attendee's phone may ask for."""
        own = {PORTAL_NAME, f"matinee-{self._config.box.id}.local", "localhost", "127.0.0.1", "::1"}
        return frozenset(own | {name for name in (self._name(),) if name})

    def _name(self) -> str | None:
        with self._lock:
            now = self._clock.monotonic()
            if self._looked is None or now - self._looked >= _LOOK_S:
                trust = self._clock.trust
                self._certificate = standing(self._paths, self._clock.now(), trust, self._roots)
                self._looked = now
            return None if self._certificate is None else self._certificate.name


def _https(name: str, port: int) -> str:
    return f"https://{name}" if port == 443 else f"https://{name}:{port}"  # noqa: PLR2004 as everybody knows
