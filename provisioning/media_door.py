"""Reach whoever owns the films: the sync service if it runs, else this process in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from appliance import config
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.ipc.client import ControlClient
from appliance.ipc.sync_client import SyncClient
from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance
from appliance.store.database import Database
from appliance.sync.media import ImportBody, MediaDesk, StickBody
from appliance.sync.stick import Brought
from cache.media_store import Progress, StoredMedia

_IMPORT_TIMEOUT_S = 6 * 3600.0
_LOOK_S = 0.5


class _ByRequest:
    """Asks the running sync service, and how far it is while it works."""

    def __init__(self, paths: Paths, progress: Progress | None) -> None:
        self._control = ControlClient(paths, Service.SYNC, timeout_s=_IMPORT_TIMEOUT_S)
        self._sync = SyncClient(paths)
        self._progress = progress

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        asked = ImportBody(str(source.absolute()), name, event or "")
        with self._watched():
            return self._control.ask("POST", "/media/import", StoredMedia, asked)

    def bring_stick(self, where: Path) -> Brought:
        with self._watched():
            return self._control.ask("POST", "/media/stick", Brought, StickBody(str(where.absolute())))

    @contextmanager
    def _watched(self) -> Iterator[None]:
        done = Event()
        watcher = Thread(target=self._watch, args=(done,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: Event) -> None:
        while self._progress is not None and not done.wait(_LOOK_S):
            with suppress(MatineeError):  # how far it is, is a comfort
                now = self._sync.status().content
                if now.size_bytes:
                    self._progress(now.done_bytes, now.size_bytes)


class _InItsPlace:
    """Imports here, while no sync service runs."""

    def __init__(self, desk: MediaDesk, progress: Progress | None) -> None:
        self._desk = desk
        self._progress = progress

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        return self._desk.bring(source, name, event, self._progress)

    def bring_stick(self, where: Path) -> Brought:
        return self._desk.bring_stick(where)


def sync_door(paths: Paths) -> _ByRequest:
    """The door of whoever may never stand in for sync: ``ipc.not_running`` while that restarts."""
    return _ByRequest(paths, None)


@contextmanager
def media_door(
    paths: Paths, clock: Clock, progress: Progress | None = None
) -> Iterator[_ByRequest | _InItsPlace]:
    """Give a door through which films can be brought; ``progress`` is told how far each is."""
    try:
        with only_instance(paths, Service.SYNC):
            database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
            try:
                yield _InItsPlace(MediaDesk(paths, database, clock, config.load(paths)), progress)
            finally:
                database.close()
    except MatineeError as refused:
        if refused.key != "core.second_instance":
            raise
        yield _ByRequest(paths, progress)
