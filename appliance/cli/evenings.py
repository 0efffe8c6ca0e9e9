"""What can be wrong with the evenings that lie on a box. Looks only; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from appliance.errors import MatineeError
from appliance.manifest import event_manifest, packing_list
from appliance.manifest.packing_list import PackingList
from appliance.paths import Paths
from cache.media_store import media_path


def evening_faults(paths: Paths) -> Iterator[tuple[str, str]]:
    """Yield (event, sentence) for manifests, packing lists and films that are not all there."""
    for folder in sorted(path for path in paths.events.glob("*") if path.is_dir()):
        for what in _faults(paths, folder):
            yield folder.name, what


def _faults(paths: Paths, folder: Path) -> Iterator[str]:
    try:
        event = event_manifest.read(folder / "event.toml")
        packing = packing_list.decode((folder / "packing-list.json").read_bytes())
    except MatineeError as fault:
        yield fault.sentence
    except (OSError, msgspec.ValidationError, msgspec.DecodeError):
        yield "Its packing list can not be read."
    else:
        yield from _packing(paths, packing, set(event.films))


def _packing(paths: Paths, packing: PackingList, films: Iterable[str]) -> Iterator[str]:
    for name in sorted(films):
        media = packing.of(name)
        if media is None:
            yield f'"{name}" is not on its packing list.'
        elif not media_path(paths.media, media.sha256).is_file():
            yield f'"{name}" is not on the card.'
