"""Which items of an event are joined into reels: ``reels.json`` beside the packing list."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from appliance.ids import ItemId, Sha256
from appliance.manifest.packing_list import PackingList
from appliance.model.event import Event

FILE = "reels.json"
FOLDER = "reels"
"""Under the box's derived things: a reel can be made again at any time."""


@dataclass(frozen=True, slots=True)
class ReelPart:
    """Where one item lies in a reel."""

    item: ItemId
    film: Sha256
    """What was joined: if the item's film is another one now, the part is not used."""
    reel: str
    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Reels:
    """All reels of one event."""

    parts: tuple[ReelPart, ...] = ()
    joined_from: str = ""
    """``of_what`` they were joined; empty: written before this was noted."""


_DECODER = msgspec.json.Decoder(Reels)


def of_what(event: Event, packing: PackingList) -> str:
    """Return what tells one programme with its films from any other: same text, same reels."""
    films = sorted((medium.name, medium.sha256) for medium in packing.media)
    return sha256(repr((event.programme.items, films)).encode()).hexdigest()


def encode(reels: Reels) -> bytes:
    """Return them as stable JSON bytes."""
    return msgspec.json.format(msgspec.json.encode(reels, order="sorted"), indent=1)


def read(path: Path) -> Reels:
    """What stands in ``path``; no reels if it is missing or unreadable: films play one by one then."""
    try:
        return _DECODER.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return Reels()


class ReelShelf:
    """Finds the reel of an item, if it is there now."""

    def __init__(self, events: Path, derived: Path) -> None:
        """``events`` and ``derived`` are the box's folders."""
        self._events = events
        self._folder = derived / FOLDER
        self._read: tuple[tuple[str, int], Reels] | None = None

    def find(self, event: str, item: ItemId, film: Sha256) -> tuple[Path, ReelPart] | None:
        """The reel's path and the item's part in it; None: play ``film`` by itself."""
        for part in self._of(event).parts:
            path = self._folder / part.reel
            if part.item == item and part.film == film and path.is_file():
                return (path, part)
        return None

    def _of(self, event: str) -> Reels:
        path = self._events / event / FILE
        try:
            key = (event, path.stat().st_mtime_ns)
        except OSError:
            return Reels()
        if self._read is None or self._read[0] != key:
            self._read = (key, read(path))
        return self._read[1]
