"""Files that a film may push off a full card: what can be made again, and clips that lie in the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from appliance.ids import Sha256
from appliance.manifest.event_folder import laid_packing
from appliance.manifest.reels import FILE, read
from appliance.manifest.reels import FOLDER as REELS
from appliance.paths import Paths
from appliance.store.outbox import rfc3339
from appliance.store.sync_rows import SyncRows
from appliance.sync.hours import Hours
from cache.described_sound import FOLDER as SOUND
from cache.described_sound import sound_path
from cache.eviction import Candidate, Stage


class Spares:
    """Looks each time it is asked."""

    def __init__(self, paths: Paths, rows: SyncRows, hours: Hours) -> None:
        """Nothing is opened yet."""
        self._paths = paths
        self._rows = rows
        self._hours = hours

    def __call__(self) -> Iterator[Candidate]:
        """Derived files; and files of clips that are stored and not of the event that is loaded.

        Reels and sounds of events that are not over are pinned. What proves a reel goes with it, never alone.
        """
        needed = self._needed()
        for folder in (REELS, SOUND):
            for path in (self._paths.derived / folder).glob("[!.]*"):
                if path.suffix != ".blocks":
                    yield from _candidate(path, Stage.DERIVED, pinned=path in needed)
        for name in self._rows.clips_in_bucket(besides=self._hours.loaded() or ""):
            yield from _candidate(self._paths.clips / name, Stage.CAPTURE)

    def _needed(self) -> set[Path]:
        needed: set[Path] = set()
        for event in self._hours.needed():
            packing = laid_packing(self._paths.events, event)
            films = packing.media if packing is not None else ()
            needed.update(sound_path(self._paths.derived, film.sha256) for film in films)
            reels = read(self._paths.events / event / FILE)
            needed.update(self._paths.derived / REELS / part.reel for part in reels.parts)
        return needed


def _candidate(path: Path, stage: Stage, *, pinned: bool = False) -> Iterator[Candidate]:
    try:
        about = path.stat()
    except OSError:
        return
    if path.is_file() and about.st_size:
        used_at = rfc3339(datetime.fromtimestamp(about.st_mtime, UTC))
        yield Candidate(
            Sha256(""), about.st_blocks * 512, pinned=pinned, used_at=used_at, stage=stage, path=path
        )
