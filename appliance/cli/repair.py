"""What `matinee check --repair` puts right. Nothing is deleted that anybody could want back."""

from __future__ import annotations

from appliance import config
from appliance.bucket.opening import open_bucket
from appliance.cli.media import media_lines
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import Sha256, new_id
from appliance.paths import DATABASES, Paths, Service
from appliance.runtime.lock import only_instance
from appliance.store import integrity
from appliance.store.database import Database
from appliance.store.salvage import salvage
from appliance.sync.media import MediaDesk
from appliance.sync.source_bucket import BucketSource
from cache.media_store import media_path, verify
from provisioning.media_door import media_door

QUARANTINE = "quarantine"
"""Folder beside the films for what is damaged: never played, kept to look at."""


def repair_all(paths: Paths) -> tuple[str, ...]:
    """Put right what can be; return a sentence for each. ``core.second_instance`` while an owner runs."""
    salvaged = _salvage_databases(paths)
    return (*salvaged, *_repair_films(paths))


def _salvage_databases(paths: Paths) -> list[str]:
    said = []
    for owner in DATABASES:
        path = paths.database(owner)
        if path.exists() and integrity.faults(path):
            with only_instance(paths, owner):
                rows, kept = salvage(path, owner)
            said.append(f"{path.name} was damaged: {rows} rows were saved, the damaged file is {kept.name}.")
    return said


def _repair_films(paths: Paths) -> tuple[str, ...]:
    if not paths.database(Service.SYNC).exists():
        return ()
    with only_instance(paths, Service.SYNC):
        pass  # films are moved about: their owner must be away
    return (*_drop_unfinished(paths), *_set_aside_damaged(paths))


def _drop_unfinished(paths: Paths) -> list[str]:
    unfinished = list((paths.media / "incoming").glob("*"))
    with media_door(paths, RealClock()):
        pass  # opening the store removes what an interrupted import left
    return [f"Removed {len(unfinished)} unfinished imports."] if unfinished else []


def _set_aside_damaged(paths: Paths) -> list[str]:
    aside = paths.media / QUARANTINE
    said = []
    for line in media_lines(paths):
        path = media_path(paths.media, line.sha256)
        if path.is_file() and not verify(paths.media, line.sha256):
            mended = _mended(paths, line.sha256)
            if mended:
                said.append(f"{line.name} was damaged in {mended} places and is mended from your bucket.")
                continue
            aside.mkdir(exist_ok=True)
            path.rename(aside / f"{line.sha256}.{new_id()}")
            said.append(f"{line.name} is damaged and was set aside; import it again.")
    return said


def _mended(paths: Paths, sha256: Sha256) -> int:
    """Bring the damaged blocks alone; how many there were, 0 if there is nowhere to bring them from."""
    settings = config.load(paths)
    bucket = open_bucket(settings.bucket)
    if bucket is None:
        return 0
    with only_instance(paths, Service.SYNC):
        database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        try:
            store = MediaDesk(paths, database, RealClock(), settings).store
            return store.repair(sha256, [BucketSource(bucket, sha256)])
        except MatineeError:
            return 0
        finally:
            database.close()
