"""Which moments are the best, and why, in words. Pure.

Score = reaction (probability by how long it lasted) + faces + motion + picture quality, each 0 to 1, weighed.
Of moments that overlap, only the best stays (non-maximum suppression).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.capture.listening.sounds import REACTIONS, Reaction, Sound

if TYPE_CHECKING:
    from appliance.capture.looking.sight import Sight

_REACTION, _FACES, _MOTION, _QUALITY = 0.7, 0.12, 0.08, 0.1
_LONG_S = 4.0
"""A reaction of this length is worth two thirds of an endless one."""
_MANY_FACES = 6
_JOINED_S = 1.0
APART_S = 6.0
"""Two clips of one laugh are one too many."""
_MINUTE_S = 60
_WORTH: dict[Sound, float] = {Sound.LAUGHTER: 1.0, Sound.CHEER: 1.0, Sound.APPLAUSE: 0.9}


@dataclass(frozen=True, slots=True)
class ScoredMoment:
    """Something worth a clip: when, how good (0 to 1), and why: "laughter 0.91 for 4 s, 3 faces"."""

    from_s: float
    to_s: float
    score: float
    why: str
    sound: str = ""
    """What it mostly was: ``laughter``, ``applause``, ``cheer``."""

    @property
    def at_s(self) -> float:
        """Where a clip's moment is: its beginning, so that what caused it is in the pre-roll."""
        return self.from_s


def joined(reactions: Sequence[Reaction]) -> tuple[tuple[Reaction, ...], ...]:
    """Return the audience's reactions in groups: those that overlap, or follow within a second, are one."""
    groups: list[list[Reaction]] = []
    ends_s = -math.inf
    for one in sorted(reactions, key=lambda each: each.from_s):
        if one.sound not in REACTIONS:
            continue
        if groups and one.from_s <= ends_s + _JOINED_S:
            groups[-1].append(one)
        else:
            groups.append([one])
            ends_s = -math.inf
        ends_s = max(ends_s, one.to_s)
    return tuple(tuple(group) for group in groups)


def best_moments(reactions: Sequence[Reaction], sights: Sequence[Sight] = ()) -> tuple[ScoredMoment, ...]:
    """Return the moments, the best first; no two are closer than six seconds.

    A reaction makes a moment; pictures only make it better, for nobody wants ten seconds of a busy bar.
    """
    moments = [_scored(group, sights) for group in joined(reactions)]
    kept: list[ScoredMoment] = []
    for one in sorted(moments, key=lambda each: (-each.score, each.from_s)):
        if all(_gap_s(one, other) >= APART_S for other in kept):
            kept.append(one)
    return tuple(kept)


def clock_place(seconds: float) -> str:
    """Return "00:41", or "1:02:07" from an hour on."""
    minutes, rest = divmod(int(max(0.0, seconds)), _MINUTE_S)
    hours, minutes = divmod(minutes, _MINUTE_S)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def place_in_words(seconds: float, title: str) -> str:
    """Return "2 min into Q&A", or "at 00:41 of Q&A" in its first minute."""
    if seconds < _MINUTE_S:
        return f"at 00:{int(max(0.0, seconds)):02} of {title}"
    return f"{int(seconds // _MINUTE_S)} min into {title}"


def _scored(group: Sequence[Reaction], sights: Sequence[Sight]) -> ScoredMoment:
    from_s, to_s = group[0].from_s, max(one.to_s for one in group)
    heard = max(_WORTH[one.sound] * one.probability * _by_length(one.seconds) for one in group)
    seen = [one for one in sights if from_s <= one.at_s <= to_s]
    faces = max((len(one.faces) for one in seen), default=0)
    moved = max((one.motion for one in seen), default=0.0)
    quality = sum(one.quality for one in seen) / len(seen) if seen else 0.0
    score = (
        _REACTION * heard
        + _FACES * min(1.0, faces / _MANY_FACES)
        + _MOTION * min(1.0, moved * 4)
        + _QUALITY * quality
    )
    ordered = _most_likely(group)
    return ScoredMoment(from_s, to_s, round(min(1.0, score), 3), _why(ordered, faces), ordered[0].sound.value)


def _by_length(seconds: float) -> float:
    return 1 - math.exp(-seconds / _LONG_S)


def _most_likely(group: Sequence[Reaction]) -> list[Reaction]:
    """The best of each sound, what it mostly was first."""
    best: dict[Sound, Reaction] = {}
    for one in group:
        if (
            one.sound not in best
            or one.probability * one.seconds > best[one.sound].probability * best[one.sound].seconds
        ):
            best[one.sound] = one
    return sorted(best.values(), key=lambda one: -one.probability * one.seconds)


def _why(ordered: Sequence[Reaction], faces: int) -> str:
    words = [f"{one.sound.value} {one.probability:.2f} for {max(1, round(one.seconds))} s" for one in ordered]
    if faces:
        words.append("1 face" if faces == 1 else f"{faces} faces")
    return ", ".join(words)


def _gap_s(one: ScoredMoment, other: ScoredMoment) -> float:
    return max(one.from_s - other.to_s, other.from_s - one.to_s)
