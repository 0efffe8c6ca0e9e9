"""Files that a film may push off a full card: what can be made again, and clips that lie in the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from appliance.ids import Sha256
from appliance.manifest.reels import FOLDER as REELS
from appliance.paths import Paths
from appliance.store.outbox import rfc3339
from appliance.store.sync_rows import SyncRows
from appliance.sync.hours import Hours
from cache.described_sound import FOLDER as SOUND
from cache.eviction import Candidate, Stage


class Spares:
    """Looks each time it is asked."""

    def __init__(self, paths: Paths, rows: SyncRows, hours: Hours) -> None:
        """Nothing is opened yet."""
        self._paths = paths
        self._rows = rows
        self._hours = hours

    def __call__(self) -> Iterator[Candidate]:
        """Derived files; and files of clips that are stored and not of the event that is loaded."""
        for folder in (REELS, SOUND):
            for path in (self._paths.derived / folder).glob("[!.]*"):
                yield from _candidate(path, Stage.DERIVED)
        for name in self._rows.clips_in_bucket(besides=self._hours.loaded() or ""):
            yield from _candidate(self._paths.clips / name, Stage.CAPTURE)


def _candidate(path: Path, stage: Stage) -> Iterator[Candidate]:
    try:
        about = path.stat()
    except OSError:
        return
    if path.is_file() and about.st_size:
        used_at = rfc3339(datetime.fromtimestamp(about.st_mtime, UTC))
        yield Candidate(
            Sha256(""), about.st_blocks * 512, pinned=False, used_at=used_at, stage=stage, path=path
        )
