"""Take an event onto the box: check its manifest, bring its films, then tell the show. All or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import lay_event
from appliance.manifest.packing_list import PackingList
from appliance.model.event import Event
from appliance.model.programme import Media
from appliance.paths import Paths
from appliance.sync.reels import ensure_reels
from cache.block_file import read_blocks
from cache.boards import this_board
from cache.media_store import StoredMedia
from cache.reel_apart import ApartJoiner
from provisioning.fitting import Fitting, fitted
from provisioning.picturing import bring_pictures
from provisioning.subtitling import bring_subtitles

Report = Callable[[str], None]
"""Told, in words, what is being done."""


class MediaDoor(Protocol):
    """Whoever owns the media store: the running sync service, or this process while sync is not running."""

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        """Import the film, verified, and pin it for ``event``."""
        ...


def load_event(
    manifest: Path, paths: Paths, media: MediaDoor, report: Report, fitting: Fitting | None = None
) -> EventId:
    """Check, import, pin, and lay the event into the events folder; the show takes it from there.

    ``fitting`` says for which board and how; None: for this one, and what will not play is refused. Raises
    ``manifest.*``, ``media.*``, ``event.film_not_found``, ``event.picture_not_found``; then the box is as it
    was, but for films that were already whole.
    """
    text = event_manifest.read_text(manifest)
    event = event_manifest.check(text, str(manifest))
    films = _films(event, manifest.parent)
    pictures = bring_pictures(event, manifest.parent, paths.events / event.id, paths.derived, report)
    here = fitting or Fitting(this_board(), trial=True)
    stored: list[Media] = []
    with fitted(films, here, paths, report) as ready:
        for number, (name, source) in enumerate(ready.items(), start=1):
            report(f"film {number} of {len(films)}: {name}")
            medium = _listed(name, media.bring(source, name, event.id), paths)
            subtitles = bring_subtitles(films[name], paths.events / event.id, report)
            stored.append(replace(medium, subtitles=subtitles))
    packing = PackingList(event.id, 1, tuple(stored), pictures=pictures)
    (paths.events / event.id).mkdir(parents=True, exist_ok=True)
    ensure_reels(event, packing, paths, ApartJoiner(), report)
    lay_event(paths.events, event.id, text, packing)
    return event.id


def list_events(paths: Paths) -> list[Event]:
    """Every event that lies on the box, by its start."""
    manifests = sorted(paths.events.glob("*/event.toml"))
    return sorted((event_manifest.read(path) for path in manifests), key=lambda event: event.starts)


def _listed(name: str, stored: StoredMedia, paths: Paths) -> Media:
    """A line of the packing list; with block hashes, so that damage can be named and mended alone."""
    blocks = read_blocks(paths.media, stored.sha256) if stored.blocks_root else None
    return Media(
        name,
        stored.sha256,
        stored.size_bytes,
        stored.duration_ms,
        stored.gain_db,
        blocks_root=blocks.root if blocks else "",
        blocks=blocks.text if blocks else "",
    )


def _films(event: Event, folder: Path) -> dict[str, Path]:
    films = {film: folder / film for film in event.films}
    for name, path in films.items():
        if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
            raise MatineeError("event.film_not_found", film=name, path=path)
    return films
