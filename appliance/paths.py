"""Where everything lies that the box keeps: under one root."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.errors import MatineeError

DEFAULT_ROOT = Path("/var/lib/matinee")
_PRIVATE = 0o700


class Service(StrEnum):
    """The processes of the box; each owns its devices and at most one database file."""

    SHOW = "show"
    PLAYER = "player"
    PORTAL = "portal"
    CONSOLE = "console"
    CAPTURE = "capture"
    SYNC = "sync"
    NETWORK = "network"


DATABASES: Mapping[Service, str] = {
    Service.SHOW: "show.db",
    Service.PORTAL: "audience.db",
    Service.CONSOLE: "console.db",
    Service.CAPTURE: "capture.db",
    Service.SYNC: "media.db",
    Service.NETWORK: "network.db",
}
"""The file each service writes. The player writes nothing."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Every path of one box, derived from its root."""

    root: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Paths:
        """``MATINEE_ROOT``, else ``/var/lib/matinee``."""
        return cls(Path(environ.get("MATINEE_ROOT") or DEFAULT_ROOT).absolute())

    @property
    def config_file(self) -> Path:
        """The organiser's settings; what is not in it has its default."""
        return self.root / "config.toml"

    @property
    def override_file(self) -> Path:
        """Settings of this one run (`matinee dev` writes it); wins over ``config_file``."""
        return self.run / "override.toml"

    @property
    def run(self) -> Path:
        """Sockets and locks: nothing in here outlives a restart."""
        return self.root / "run"

    @property
    def media(self) -> Path:
        """Films by hash."""
        return self.root / "media"

    @property
    def events(self) -> Path:
        """Loaded event manifests, a folder each."""
        return self.root / "events"

    @property
    def packs(self) -> Path:
        """Format packs that were taken in."""
        return self.root / "packs"

    @property
    def drafts(self) -> Path:
        """Evenings that somebody is still writing."""
        return self.root / "drafts"

    @property
    def permits(self) -> Path:
        """Copies of permits: they never leave the box unasked."""
        return self.root / "permits"

    @property
    def rehearsals(self) -> Path:
        """What each rehearsal found, by event."""
        return self.root / "rehearsals"

    @property
    def clips(self) -> Path:
        """Clips and their pictures."""
        return self.root / "clips"

    @property
    def segments(self) -> Path:
        """All that was filmed lately, never shown; clips are cut from it after a crash."""
        return self.root / "segments"

    @property
    def keys(self) -> Path:
        """The box's own keys; never the organiser's."""
        return self.root / "keys"

    @property
    def derived(self) -> Path:
        """What can be made again: posters, thumbnails, QR pictures."""
        return self.root / "derived"

    @property
    def uploads(self) -> Path:
        """Films on their way from a browser."""
        return self.root / "uploads"

    @property
    def requests(self) -> Path:
        """What hands on the box asked for, until it is done (``appliance.requested``)."""
        return self.root / "requests"

    def database(self, owner: Service) -> Path:
        """The file that ``owner`` alone writes. The player owns none (``KeyError``)."""
        return self.root / DATABASES[owner]

    def socket(self, service: Service) -> Path:
        """The control socket of ``service``."""
        return self.run / f"{service}.sock"

    def bell(self, service: Service) -> Path:
        """The datagram socket that wakes ``service``."""
        return self.run / f"{service}.bell"

    def lock(self, service: Service) -> Path:
        """Held by the one running ``service``."""
        return self.run / f"{service}.lock"

    def ensure(self) -> Paths:
        """Make all folders, private to the box; raise ``core.root_unusable`` if that is not possible."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.root, self.run, self.media, self.events, self.clips, self.keys, self.derived):
                folder.mkdir(parents=True, exist_ok=True)
            for folder in (self.segments, self.keys, self.requests):
                folder.mkdir(parents=True, exist_ok=True)
                if (
                    stat.S_IMODE(folder.stat().st_mode) != _PRIVATE
                ):  # who may not write it may not set it, either
                    folder.chmod(_PRIVATE)
        except OSError as fault:
            raise MatineeError("core.root_unusable", path=self.root, fault=fault.strerror or fault) from fault
        return self
