"""Which moments the reel of an evening has, and how much of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from appliance.capture.cuts.template import Part, part_of
from appliance.model.capture import OVERHEAD, REEL, Clip, ClipState
from appliance.model.event import Event

LONGEST_MS = 60_000
FEWEST = 2
"""Of fewer moments there is no reel: it would be the clip."""
_EACH_MS = {Part.SET_UP: 4_000, Part.MID_SHOW: 6_000, Part.POST_SHOW: 10_000}
"""Of one moment at most, by its part of the evening: the talk after the film is what people come back for."""
_BEFORE = 0.6
"""Of what is taken lies before the moment."""
_SHORTEST_MS = 1_500
_SAME = timedelta(seconds=1)
"""Two cameras' moments that a hand marked lie a few milliseconds apart."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one clip."""

    clip: Clip
    from_ms: int
    until_ms: int

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return self.until_ms - self.from_ms


def best(clips: Iterable[Clip], event: Event) -> tuple[Piece, ...]:
    """The reel's pieces as they happened; none if there are fewer than ``FEWEST``.

    Only what may be shown: approved, and nobody waits at it. What a hand marked comes before what was heard,
    and of that the best; an item gives a third piece only when every other one had its turn.
    """
    shown = [clip for clip in clips if clip.state is ClipState.APPROVED and clip.by != REEL]
    free = [clip for clip in shown if not _seen_better(clip, shown)]
    left_ms, taken, given = LONGEST_MS, [], dict.fromkeys((clip.item for clip in free), 0)
    waiting = sorted(free, key=lambda clip: (clip.score is not None, -(clip.score or 0.0), clip.at))
    while waiting:
        clip = min(waiting, key=lambda one: (given[one.item] // 2, waiting.index(one)))
        waiting.remove(clip)
        piece = _piece(clip, min(_EACH_MS[part_of(event, clip.item)], left_ms))
        if piece.duration_ms >= _SHORTEST_MS:
            taken.append(piece)
            left_ms -= piece.duration_ms
            given[clip.item] += 1
    taken.sort(key=lambda piece: piece.clip.at)
    return tuple(taken) if len(taken) >= FEWEST else ()


def _seen_better(clip: Clip, others: Iterable[Clip]) -> bool:
    """Whether it is the same moment from overhead, and the first camera's is shown too."""
    overhead = clip.reason.endswith(OVERHEAD)
    return overhead and any(
        not one.reason.endswith(OVERHEAD) and abs(one.at - clip.at) <= _SAME for one in others
    )


def _piece(clip: Clip, longest_ms: int) -> Piece:
    if clip.duration_ms <= longest_ms:
        return Piece(clip, 0, clip.duration_ms)
    begin = max(0, clip.moment_ms - round(longest_ms * _BEFORE))
    begin = min(begin, clip.duration_ms - longest_ms)
    return Piece(clip, begin, begin + longest_ms)
