"""Clips that have been in the bucket long enough, or that nobody ever approved, are overwritten and go."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError, sentences
from appliance.model import keeping
from appliance.model.capture import Clip, ClipState
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.keeping_rows import StoredRows, said_in
from cache.erase import erase

ROUND_S = 120.0


class ClipShredder:
    """One clip a round, never while the house is filmed: overwriting takes the card's time."""

    def __init__(self, paths: Paths, rows: CaptureRows, clock: Clock) -> None:
        """``rows`` are this process's own."""
        self._paths = paths
        self._rows = rows
        self._clock = clock

    def round(self) -> str:
        """Shred the oldest clip that is due; return its id, empty if none is."""
        if self._rows.open_runs():
            return ""
        now = self._clock.now()
        if self._clock.trust is ClockTrust.PROVEN:
            self._rows.date_clips(now)
        days = keeping.in_force(said_in(self._paths), now).clips_days
        until = keeping.before(days, now, self._clock.trust)
        if until is None:
            return ""
        stored = self._stored(until)
        due = next((clip for clip in self._rows.made_before(until) if _may_go(clip, stored)), None)
        if due is None:
            return ""
        why = sentences()["capture.shredded"].format(days=days)
        if not self._rows.clip_shredded(due, why):  # row before file
            return ""
        for file in due.files:
            erase(self._paths.clips / file.name)
        return due.id

    def clear_away(self) -> None:
        """After a start: bytes of clips whose rows went just before the power did."""
        gone = {clip.id for clip in self._rows.clips() if clip.state is ClipState.FAILED}
        for path in self._paths.clips.iterdir():
            if path.name.lstrip(".").partition(".")[0] in gone:
                erase(path)

    def _stored(self, until: datetime) -> frozenset[str]:
        try:
            rows = StoredRows.reader(self._paths)
        except MatineeError as fault:
            if fault.key == "store.missing":
                return frozenset()  # nothing ever went up
            raise
        with closing(rows):
            return rows.files(until)


def _may_go(clip: Clip, stored: frozenset[str]) -> bool:
    """Nobody approved it; or all of it is in the bucket, and nobody waits for it to be taken down there."""
    if clip.approved_at is None:
        return True
    if clip.asked:  # the bucket is told by the row
        return False
    return bool(clip.files) and {file.name for file in clip.files} <= stored
