"""Reach whoever owns the films: the sync service if it runs, else this process in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.ipc.client import ControlClient
from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance
from appliance.store.database import Database
from appliance.sync.media import ImportBody, MediaDesk
from cache.media_store import Progress, StoredMedia

_IMPORT_TIMEOUT_S = 3600.0


class _ByRequest:
    """Asks the running sync service."""

    def __init__(self, paths: Paths) -> None:
        self._control = ControlClient(paths, Service.SYNC, timeout_s=_IMPORT_TIMEOUT_S)

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        asked = ImportBody(str(source.absolute()), name, event or "")
        return self._control.ask("POST", "/media/import", StoredMedia, asked)


class _InItsPlace:
    """Imports here, while no sync service runs."""

    def __init__(self, desk: MediaDesk, progress: Progress | None) -> None:
        self._desk = desk
        self._progress = progress

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        return self._desk.bring(source, name, event, self._progress)


@contextmanager
def media_door(
    paths: Paths, clock: Clock, progress: Progress | None = None
) -> Iterator[_ByRequest | _InItsPlace]:
    """Give a door through which films can be brought; ``progress`` is told only while sync is away."""
    try:
        with only_instance(paths, Service.SYNC):
            database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
            try:
                yield _InItsPlace(MediaDesk(paths, database, clock), progress)
            finally:
                database.close()
    except MatineeError as refused:
        if refused.key != "core.second_instance":
            raise
        yield _ByRequest(paths)
