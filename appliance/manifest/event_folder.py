"""An event's folder on the box: packing list first, manifest last; whoever sees it sees a whole event."""

from __future__ import annotations

from pathlib import Path

import msgspec

from appliance.ids import EventId
from appliance.manifest import packing_list
from appliance.manifest.packing_list import PackingList
from appliance.model.programme import CardPicture, Subtitles
from cache.durable import sync_folder, write_whole

MANIFEST = "event.toml"
PACKING = "packing-list.json"
_SUBTITLES = "subtitles"
_PICTURES = "pictures"
PICTURE_ENDINGS = (".svg", ".png", ".jpg", ".jpeg", ".webp")


def lay_event(events: Path, event: EventId, manifest: str, packing: PackingList) -> None:
    """Lay ``event`` into ``events``, durably; each file is replaced in one step."""
    folder = events / event
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / PACKING, packing_list.encode(packing))
    write_whole(folder / MANIFEST, manifest.encode())
    sync_folder(events)


def laid_packing(events: Path, event: EventId) -> PackingList | None:
    """The packing list of an event that lies on the box; None if there is none that can be read."""
    folder = events / event
    try:
        (folder / MANIFEST).stat()
        return packing_list.decode((folder / PACKING).read_bytes())
    except (OSError, msgspec.ValidationError, msgspec.DecodeError):
        return None


def subtitles_path(name: str) -> str:
    """Where a subtitle file belongs, relative to the event's folder."""
    return f"{_SUBTITLES}/{name}"


def is_subtitles_path(path: str) -> bool:
    """Whether ``path`` is such a place and nothing else: lists come from outside."""
    folder, _, name = path.partition("/")
    return folder == _SUBTITLES and name.isprintable() and bool(name) and "/" not in name and name[0] != "."


def lay_subtitles(event_folder: Path, subtitles: Subtitles, text: bytes) -> None:
    """Write one subtitle file to its place, durably, before the packing list that names it."""
    path = event_folder / subtitles.path
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    sync_folder(event_folder)


def is_picture_name(name: str) -> bool:
    """Whether ``name`` is a picture beside the manifest, and no way out of that folder."""
    inside = name.isprintable() and name[:1] != "." and "/" not in name
    return inside and name.lower().endswith(PICTURE_ENDINGS)


def picture_path(event_folder: Path, name: str) -> Path:
    """Where the PNG of the picture ``name`` lies."""
    return event_folder / _PICTURES / f"{name}.png"


def lay_picture(event_folder: Path, picture: CardPicture, png: bytes) -> None:
    """Write one picture to its place, durably, before the packing list that names it."""
    path = picture_path(event_folder, picture.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, png)
    sync_folder(event_folder)
