"""Every clip is looked over before somebody shows it elsewhere: quality, doubles, people, papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from appliance.clock import Clock
from appliance.ids import EventId
from appliance.model.capture import OVERHEAD, REEL, Clip, ClipState, Faces
from appliance.model.event import Event
from appliance.model.permit import audit, day_for
from appliance.model.reuse import Doubt, ReuseDoubt
from appliance.store.capture_rows import CaptureReader

_LEAST_LIT = 0.5
_LEAST_SHARP = 0.02
"""A picture out of focus by a hundredth of its width is far below it; a soft camera is above."""
_SHORTEST_MS = 2000
_SAME_SHARE = 0.6
"""Of the shorter one: two marks of one laugh."""
_THERE = frozenset({ClipState.MADE, ClipState.APPROVED, ClipState.HELD})


class ReuseCheck:
    """From any thread. A picture is judged once."""

    def __init__(
        self, rows: CaptureReader, folder: Path, clock: Clock, event_of: Callable[[EventId], Event | None]
    ) -> None:
        """``folder``: of the clips; ``event_of``: None for an evening that is not loaded any more."""
        self._rows = rows
        self._folder = folder
        self._clock = clock
        self._event_of = event_of
        self._judged: dict[str, tuple[Doubt, ...]] = {}

    def doubts(self, event_id: EventId) -> dict[str, list[ReuseDoubt]]:
        """What speaks against each clip of that evening, by its id; clips without any are left out."""
        clips = [clip for clip in self._rows.clips(event_id) if clip.state in _THERE]
        event = self._event_of(event_id)
        papers = [] if event is None else list(self._papers(event))
        found = {clip.id: [*self._of(clip, clips, event), *papers] for clip in clips}
        return {str(clip): doubts for clip, doubts in found.items() if doubts}

    def _of(self, clip: Clip, others: Sequence[Clip], event: Event | None) -> Iterator[ReuseDoubt]:
        yield from (ReuseDoubt(doubt) for doubt in self._picture(clip))
        if clip.duration_ms < _SHORTEST_MS:
            yield ReuseDoubt(Doubt.SHORT)
        for other in others:
            if is_double(clip, other):
                yield ReuseDoubt(Doubt.TWICE, other.id)
        if clip.asked:
            yield ReuseDoubt(Doubt.ASKED)
        if event is not None and event.blur_faces and clip.faces is not Faces.BLURRED:
            yield ReuseDoubt(Doubt.FACES)

    def _papers(self, event: Event) -> Iterator[ReuseDoubt]:
        day, trust = day_for(self._clock.now(), event.starts), self._clock.trust
        for finding in audit(event.plan.permits, day, event.starts.date(), trust):
            if finding.is_bad:
                yield ReuseDoubt(Doubt.PAPER, finding.permit.title)

    def _picture(self, clip: Clip) -> tuple[Doubt, ...]:
        file = clip.file("jpg")
        if file is None:
            return ()
        if file.sha256 not in self._judged:
            try:
                self._judged[file.sha256] = _doubts(self._folder / file.name)
            except OSError:
                return ()  # it made room, and lies in the bucket
        return self._judged[file.sha256]


def _doubts(picture: Path) -> tuple[Doubt, ...]:
    import numpy as np  # noqa: PLC0415 only where there are clips
    from PIL import Image  # noqa: PLC0415 as above

    from appliance.capture.looking.sight import exposure, grey, sharpness  # noqa: PLC0415 as above

    with Image.open(picture) as opened:
        light = grey(np.asarray(opened.convert("RGB"), np.uint8))
    if exposure(light) < _LEAST_LIT:
        return (Doubt.DARK,)
    return (Doubt.UNSHARP,) if sharpness(light) < _LEAST_SHARP else ()


def is_double(clip: Clip, other: Clip) -> bool:
    """Whether ``other`` is an earlier clip of the same stretch, seen by the same camera."""
    if REEL in {clip.by, other.by} or other.id >= clip.id or clip.item != other.item:
        return False
    if clip.reason.endswith(OVERHEAD) is not other.reason.endswith(OVERHEAD):
        return False
    (begin, end), (others_begin, others_end) = _stretch(clip), _stretch(other)
    both = min(end, others_end) - max(begin, others_begin)
    return both >= _SAME_SHARE * min(end - begin, others_end - others_begin) > timedelta()


def _stretch(clip: Clip) -> tuple[datetime, datetime]:
    begin = clip.at - timedelta(milliseconds=clip.moment_ms)
    return begin, begin + timedelta(milliseconds=clip.duration_ms)
