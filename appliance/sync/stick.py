"""A stick that is plugged in: published events if its organiser signed them, and films. Nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from appliance.bucket.layout import content_key
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId, Sha256
from appliance.manifest.published_index import Floor
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.sync.laying import is_here, lay
from appliance.sync.progress import Meter
from appliance.sync.published import Offer, Published
from cache.media_store import MediaStore
from cache.stick import Stick, StickFile, plugged_in

_PUBLISHED = "published/"
_LEFT_OUT = frozenset({"media.not_a_film", "media.changed", "media.no_room"})
"""What is wrong with one film is no reason to leave the others."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What came from a stick."""

    events: tuple[str, ...] = ()
    films: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """Sentences: what did not come, and why."""


class _Shelf:
    """A stick as a place where published objects are read."""

    def __init__(self, stick: Stick) -> None:
        self._stick = stick

    @property
    def where(self) -> str:
        return self._stick.where

    def read(self, key: str, offset: int, length: int) -> Iterator[bytes]:
        return self._stick.read(key, offset, length)


class StickDesk:
    """Brings what is on a stick. One at a time: the caller sees to that."""

    def __init__(
        self, box: BoxId, keys: Sequence[str], store: MediaStore, events: Path, clock: Clock, meter: Meter
    ) -> None:
        """``keys``: minisign keys of the organiser; without any, published events are left where they are."""
        self._box = box
        self._keys = keys
        self._store = store
        self._events = events
        self._clock = clock
        self._meter = meter

    def bring(self, where: Path) -> Brought:
        """Bring it all from a block device, or the folder where it is mounted.

        What is no film, or not signed, is said and left out. Raises ``stick.*``, ``content.*`` when the list
        on it is not to be believed, and ``media.card_fails``; what came whole stays.
        """
        with plugged_in(where) as stick:
            films = [film for film in stick.listing.films if not film.path.startswith(_PUBLISHED)]
            if not films and not stick.listing.published:
                raise MatineeError("stick.nothing", where=where)
            said: list[str] = []
            if stick.listing.cut:
                said.append(MatineeError("stick.cut", where=where).sentence)
            events = self._events_of(stick, said) if stick.listing.published else []
            names = [film.path for film in films if self._film(stick, film, said)]
        return Brought(tuple(events), tuple(names), tuple(said))

    def _events_of(self, stick: Stick, said: list[str]) -> list[str]:
        if not self._keys:
            said.append(MatineeError("stick.no_key", where=stick.where).sentence)
            return []
        published = Published(_Shelf(stick), MinisignVerifier(self._keys), self._clock)
        found = published.index(Floor())
        here: list[str] = []
        for entry in found[0].events if found is not None else ():
            if entry.boxes and self._box not in entry.boxes:
                continue
            if is_here(self._events, entry):
                said.append(MatineeError("stick.newer_here", event=entry.id).sentence)
                continue
            offer = published.event(entry)
            self._films_of(stick, offer)
            lay(offer, published, self._store, self._events)
            here.append(entry.id)
        return here

    def _films_of(self, stick: Stick, offer: Offer) -> None:
        """All films of an event that are not here yet, each of exactly the hash that was signed."""
        for film in offer.packing.media:
            if self._store.get(film.sha256) is None:
                key = content_key(film.sha256)
                self._bring(stick, StickFile(key, film.size_bytes), film.name, film.sha256)

    def _film(self, stick: Stick, film: StickFile, said: list[str]) -> bool:
        name = PurePosixPath(film.path).name
        if film.hollow:
            said.append(MatineeError("stick.hollow", name=name).sentence)
            return False
        try:
            self._bring(stick, film, name)
        except MatineeError as fault:
            if fault.key not in _LEFT_OUT:
                raise
            said.append(fault.sentence)
            return False
        return True

    def _bring(self, stick: Stick, film: StickFile, name: str, expected: Sha256 | None = None) -> None:
        self._meter.begin(name)
        pieces = stick.read(film.path, 0, film.size_bytes)
        try:
            self._store.import_pieces(pieces, film.size_bytes, name, self._meter.tell, expected)
        finally:
            self._meter.begin("")
