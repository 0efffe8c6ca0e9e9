"""The media desk: the one place where films come onto the card, one at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Config
from appliance.ids import BoxId, EventId, Sha256, is_sha256
from appliance.ipc.server import Request, Route
from appliance.paths import Paths
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.store.sync_rows import SyncRows
from appliance.sync.hours import Hours
from appliance.sync.progress import Meter
from appliance.sync.spares import Spares
from appliance.sync.stick import Brought, StickDesk
from cache.media_store import MediaStore, Progress, StoredMedia, media_path
from cache.probe_sandbox import SandboxedProbe


@dataclass(frozen=True, slots=True)
class ImportBody:
    """Body of `POST /media/import`."""

    path: str
    name: str
    event: str = ""
    """Pin the film for this event; empty: pin nothing."""


@dataclass(frozen=True, slots=True)
class StickBody:
    """Body of `POST /media/stick`."""

    path: str
    """A block device, or the folder where a stick is mounted."""


class MediaDesk:
    """Imports for whoever owns ``media.db``: the sync service, or the command line while sync is away."""

    def __init__(self, paths: Paths, database: Database, clock: Clock, config: Config | None = None) -> None:
        """``database`` is media.db, opened by its owner; ``config`` says whose events are believed."""
        spares = Spares(paths, SyncRows(database, clock), Hours(paths, clock))
        self.store = MediaStore(paths.media, MediaRows(database, clock), SandboxedProbe(), spares=spares)
        self.meter = Meter(clock)
        known = config or Config()
        box, keys = BoxId(known.box.id), known.content.keys
        self._stick = StickDesk(box, keys, self.store, paths.events, clock, self.meter)
        self._one_at_a_time = threading.Lock()

    def bring(
        self, source: Path, name: str, event: EventId | None, progress: Progress | None = None
    ) -> StoredMedia:
        """Import a film, verified, and pin it for ``event``; raises ``media.*``."""
        with self._one_at_a_time:
            stored = self._stored(source)
            if stored is not None:  # an evening that is written on the box names what lies on its card
                if event:
                    self.store.pin(stored.sha256, event)
                return stored
            self.meter.begin(name)
            try:
                media = self.store.import_file(source, name, progress or self.meter.tell)
            finally:
                self.meter.begin("")
            if event:
                self.store.pin(media.sha256, event)
            return media

    def _stored(self, source: Path) -> StoredMedia | None:
        """What the card already has, if ``source`` is a way to it."""
        found = source.resolve()
        stored = self.store.get(Sha256(found.name)) if is_sha256(found.name) else None
        return (
            stored
            if stored is not None and media_path(self.store.folder, stored.sha256).resolve() == found
            else None
        )

    def bring_stick(self, where: Path) -> Brought:
        """Bring what is on a stick; see ``StickDesk``."""
        with self._one_at_a_time:
            return self._stick.bring(where)

    def routes(self) -> list[Route]:
        """The desk's part of the sync service's control socket."""
        return [
            Route("POST", "/media/import", self._import, direct=True),
            Route("POST", "/media/stick", self._import_stick, direct=True),
        ]

    def _import_stick(self, request: Request) -> Brought:
        return self.bring_stick(Path(request.decode(StickBody).path))

    def _import(self, request: Request) -> StoredMedia:
        asked = request.decode(ImportBody)
        return self.bring(Path(asked.path), asked.name, EventId(asked.event) if asked.event else None)
