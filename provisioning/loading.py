"""Take an event onto the box: check its manifest, bring its films, then tell the show. All or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest, packing_list
from appliance.manifest.packing_list import PackingList
from appliance.model.event import Event
from appliance.model.programme import Media
from appliance.paths import Paths
from cache.durable import sync_folder, write_whole
from cache.media_store import StoredMedia

Report = Callable[[str], None]
"""Told, in words, what is being done."""


class MediaDoor(Protocol):
    """Whoever owns the media store: the running sync service, or this process while sync is not running."""

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        """Import the film, verified, and pin it for ``event``."""
        ...


def load_event(manifest: Path, paths: Paths, media: MediaDoor, report: Report) -> EventId:
    """Check, import, pin, and lay the event into the events folder; the show takes it from there.

    Raises ``manifest.*``, ``media.*`` or ``event.film_not_found``; then the box is as it was, but for films
    that were already whole.
    """
    text = event_manifest.read_text(manifest)
    event = event_manifest.check(text, str(manifest))
    films = _films(event, manifest.parent)
    stored: list[Media] = []
    for number, (name, source) in enumerate(films.items(), start=1):
        report(f"film {number} of {len(films)}: {name}")
        medium = media.bring(source, name, event.id)
        stored.append(Media(name, medium.sha256, medium.size_bytes, medium.duration_ms))
    folder = paths.events / event.id
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "packing-list.json", packing_list.encode(PackingList(event.id, 1, tuple(stored))))
    write_whole(folder / "event.toml", text.encode())
    sync_folder(paths.events)
    return event.id


def list_events(paths: Paths) -> list[Event]:
    """Every event that lies on the box, by its start."""
    manifests = sorted(paths.events.glob("*/event.toml"))
    return sorted((event_manifest.read(path) for path in manifests), key=lambda event: event.starts)


def _films(event: Event, folder: Path) -> dict[str, Path]:
    films = {item.film: folder / item.film for item in event.programme.items if item.film is not None}
    for name, path in films.items():
        if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
            raise MatineeError("event.film_not_found", film=name, path=path)
    return films
