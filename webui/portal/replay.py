"""Clips that may be watched: those that somebody approved."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.model import capture
from appliance.model.removal import Removal
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureReader, CaptureRows
from appliance.store.listening_rows import ListeningReader
from appliance.store.removal_rows import asked_by

_NOTED_WITHIN = timedelta(seconds=10)
"""A capture that died leaves its run open until it starts again."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One approved clip and its files."""

    id: ClipId
    duration_ms: int
    film: Path
    picture: Path | None = None
    words: Path | None = None
    """Its captions."""
    language: str = ""
    """Of the captions."""


class ClipSource(Protocol):
    """Where the portal learns which clips are approved."""

    def approved(self, event: EventId) -> tuple[Clip, ...]:
        """Newest first."""
        ...

    def is_filmed(self, event: EventId, now: datetime) -> bool:
        """Whether the room is being filmed at ``now``."""
        ...

    def is_listened(self, event: EventId, now: datetime) -> bool:
        """Whether the room is being listened to at ``now``, and nothing of it kept."""
        ...

    def were_made(self, event: EventId) -> bool:
        """Whether this box has any clip of ``event``, seen or not."""

    def asked(self, event: EventId, asker: str) -> tuple[Removal, ...]:
        """What ``asker`` asked not to be shown in, the newest first."""
        ...

    def taken_down(self, event: EventId) -> frozenset[ClipId]:
        """Clips that are gone for good."""
        ...


class ApprovedClips:
    """Reads ``capture.db``, once it is there; a box that does not film has none."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened before it is asked."""
        self._paths = paths
        self._opening = threading.Lock()
        self._rows: CaptureReader | None = None

    def approved(self, event: EventId) -> tuple[Clip, ...]:
        """Clips whose film is on the card, newest first."""
        rows = self._opened()
        clips = rows.approved(event) if rows is not None else []
        return tuple(clip for row in clips if (clip := self._clip(row)) is not None)

    def is_filmed(self, event: EventId, now: datetime) -> bool:
        """Whether a run of filming is open and was noted within the last seconds."""
        rows = self._opened()
        runs = rows.open_runs() if rows is not None else []
        return any(run.event == event and now - run.seen_at < _NOTED_WITHIN for run in runs)

    def were_made(self, event: EventId) -> bool:
        """Whether this box has any clip of ``event``, seen or not."""
        rows = self._opened()
        return rows is not None and bool(rows.clips(event))

    def asked(self, event: EventId, asker: str) -> tuple[Removal, ...]:
        """What they asked and did not take back, the newest first."""
        rows = self._opened()
        return () if rows is None else tuple(asked_by(rows.database, event, asker))

    def taken_down(self, event: EventId) -> frozenset[ClipId]:
        """Clips that are gone for good."""
        rows = self._opened()
        clips = rows.clips(event) if rows is not None else []
        return frozenset(clip.id for clip in clips if clip.state is capture.ClipState.WITHDRAWN)

    def is_listened(self, event: EventId, now: datetime) -> bool:
        """Whether a stretch of listening is open and was noted within the last seconds."""
        rows = self._opened()
        open_ones = ListeningReader(rows.database).open() if rows is not None else []
        return any(one.event == event and now - one.seen_at < _NOTED_WITHIN for one in open_ones)

    def _clip(self, row: capture.Clip) -> Clip | None:
        film, picture = row.file("mp4"), row.file("jpg")
        folder = self._paths.clips
        if film is None or not (folder / film.name).is_file():  # it made room, and lies in the bucket
            return None
        words = row.file("vtt") if row.captions is not None else None
        return Clip(
            row.id,
            row.duration_ms,
            folder / film.name,
            None if picture is None else folder / picture.name,
            None if words is None else folder / words.name,
            "" if row.captions is None else row.captions.language,
        )

    def _opened(self) -> CaptureReader | None:
        with self._opening:
            if self._rows is None:
                try:
                    self._rows = CaptureRows.reader(self._paths)
                except MatineeError as fault:
                    if fault.key != "store.missing":
                        raise
            return self._rows
