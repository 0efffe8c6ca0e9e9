"""The organiser's events on their computer: a folder each, with its manifest and what was published of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.errors import MatineeError
from appliance.ids import SLUG, EventId
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import MANIFEST
from appliance.model.event import Event
from cache.durable import card_fault, write_whole
from provisioning.cloud.event_draft import Draft, event_id, manifest_of
from provisioning.cloud.film_shelf import FilmShelf

_PUBLISHED = "published.json"


class Published(msgspec.Struct, frozen=True):
    """What went out last."""

    version: int
    at: str
    """RFC 3339, UTC."""
    where: str


@dataclass(frozen=True, slots=True)
class ShelfEvent:
    """One event."""

    id: str
    event: Event | None
    """None: its manifest can not be read, and ``fault`` says why."""
    fault: str
    published: Published | None
    changed: bool
    """Since it was published."""


_decoder = msgspec.json.Decoder(Published)


class EventShelf:
    """Safe to use from any thread: every file is replaced in one step."""

    def __init__(self, folder: Path, films: FilmShelf) -> None:
        """``folder`` is made with the first event."""
        self._folder = folder
        self._films = films

    def events(self) -> list[ShelfEvent]:
        """Every event: those that can not be read first, then the latest first."""
        found = list(self._events())
        return sorted(found, key=lambda one: (one.event is not None, *_late(one)))

    def find(self, event: str) -> ShelfEvent:
        """One event; ``organiser.no_event``."""
        path = self.manifest(event)
        published = self._published(event)
        try:
            found, fault = event_manifest.read(path), ""
        except MatineeError as refused:
            found, fault = None, refused.sentence
        changed = published is not None and path.stat().st_mtime > self._note(event).stat().st_mtime
        return ShelfEvent(event, found, fault, published, changed)

    def manifest(self, event: str) -> Path:
        """Where its ``event.toml`` lies; ``organiser.no_event``."""
        path = self._folder / event / MANIFEST
        if not SLUG.fullmatch(event) or not path.is_file():
            raise MatineeError("organiser.no_event", event=event)
        return path

    def draft(self, draft: Draft) -> EventId:
        """Make an event of what was filled in; raises what the check of a manifest does."""
        event = event_id(draft, {one.id for one in self._events()})
        self.write(event, manifest_of(draft, event))
        return event

    def bring(self, text: str) -> EventId:
        """Take in a whole manifest that somebody wrote, in the place of one of the same id."""
        event = event_manifest.check(text).id
        self.write(event, text)
        return event

    def write(self, event: EventId, text: str) -> None:
        """Replace the manifest of ``event``, if it is right: ``manifest.*``, ``organiser.other_id``."""
        found = event_manifest.check(text)
        if found.id != event:
            raise MatineeError("organiser.other_id", event=event, other=found.id)
        folder = self._folder / event
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(folder / MANIFEST, text.encode(), 0o600)
        except OSError as fault:
            raise card_fault(MANIFEST, fault) from fault

    def ready(self, event: str) -> Path:
        """Lay the films of the shelf beside the manifest, as links, and return the manifest.

        Raises ``organiser.no_film`` for one that is not on the shelf, and what reading the manifest does.
        """
        path = self.manifest(event)
        for film in event_manifest.read(path).films:
            source, beside = self._films.path(film), path.with_name(film)
            if not (beside.exists() and beside.samefile(source)):
                beside.unlink(missing_ok=True)
                beside.hardlink_to(source)
        return path

    def note_published(self, event: str, published: Published) -> None:
        """Remember what went out."""
        write_whole(self._note(event), msgspec.json.encode(published), 0o600)

    def _events(self) -> Iterator[ShelfEvent]:
        for path in sorted(self._folder.glob(f"*/{MANIFEST}")):
            if SLUG.fullmatch(path.parent.name):
                yield self.find(path.parent.name)

    def _published(self, event: str) -> Published | None:
        try:
            return _decoder.decode(self._note(event).read_bytes())
        except (OSError, msgspec.MsgspecError):
            return None

    def _note(self, event: str) -> Path:
        return self._folder / event / _PUBLISHED


def _late(one: ShelfEvent) -> tuple[float, str]:
    return (-one.event.starts.timestamp() if one.event else 0.0, one.id)
