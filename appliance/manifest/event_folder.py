"""An event's folder on the box: packing list first, manifest last; whoever sees it sees a whole event."""

from __future__ import annotations

from pathlib import Path

import msgspec

from appliance.ids import EventId
from appliance.manifest import packing_list
from appliance.manifest.packing_list import PackingList
from cache.durable import sync_folder, write_whole

MANIFEST = "event.toml"
PACKING = "packing-list.json"


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
