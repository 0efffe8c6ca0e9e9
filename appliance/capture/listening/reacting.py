"""From probabilities to reactions of the house: first whether there is any, then which it was. Pure.

A door or a bark is loud for one patch; a laugh is likely for a second and more. So what counts is the mean of
three patches, and the odds of all three sounds together: half applause, half cheering is a whole reaction.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from appliance.capture.listening.hearing import Probabilities, Thresholds
from appliance.capture.listening.hysteresis import EDGE_S, LONGEST_S
from appliance.capture.listening.log_mel import HOP_S
from appliance.capture.listening.sounds import REACTIONS, Reaction, Sound

_MEAN_OF = 3
_BRIDGED = 2
"""A pause for breath of one patch does not end a reaction."""
_EARLIER = 5
"""So many patches before it was sure it may have begun."""
_SUREST, _LEAST = 6.0, 1e-6
_PLACES = [list(Sound).index(sound) for sound in REACTIONS]


@dataclass(frozen=True, slots=True)
class _Patch:
    """When its middle begins; the odds of each reaction, and of any, as logarithms."""

    at_s: float
    odds: npt.NDArray[np.float64]
    any_odds: float


class Reacting:
    """One house over time."""

    def __init__(self, thresholds: Thresholds) -> None:
        """They hold for the mean of three patches, and for any reaction."""
        self._on, self._off = _odds(thresholds.on), _odds(thresholds.off)
        self._last: deque[_Patch] = deque(maxlen=_MEAN_OF)
        self._before: deque[_Patch] = deque(maxlen=_EARLIER)
        self._parts: list[_Patch] = []
        self._doubtful: list[_Patch] = []
        self._from_s = 0.0

    @property
    def so_far(self) -> Reaction | None:
        """What is heard now, as far as it has come."""
        if not self._parts:
            return None
        sound = REACTIONS[int(np.argmax(np.mean([one.odds for one in self._parts], axis=0)))]
        surest = 1 / (1 + np.exp(-max(one.any_odds for one in self._parts)))
        return Reaction(sound, self._from_s, self._parts[-1].at_s + HOP_S, round(float(surest), 3))

    def take(self, at_s: float, probabilities: Probabilities) -> Reaction | None:
        """Take the judgement of the patch that begins at ``at_s``; return what ended, or a part of it.

        What is told is half a second late: a patch is judged when the next one is known.
        """
        likely = np.clip(probabilities[_PLACES].astype(np.float64), _LEAST, 1 - _LEAST)
        any_of_them = np.clip(_odds(float(1 - np.prod(1 - likely))), -_SUREST, _SUREST)
        now = _Patch(at_s + EDGE_S, np.log(likely / (1 - likely)), float(any_of_them))
        self._last.extend((now,) if self._last else (now, now))
        if len(self._last) < _MEAN_OF:
            return None
        mean = sum(one.any_odds for one in self._last) / _MEAN_OF
        if self._parts:
            return self._goes_on(self._last[1], mean)
        self._rises(self._last[1], mean)
        return None

    def end(self) -> Reaction | None:
        """Return what goes on, as if it ended now; it is over, and all is forgotten."""
        ended = self._ended()
        self._last.clear()
        return ended

    def _rises(self, patch: _Patch, mean: float) -> None:
        self._before.append(patch)
        if mean < self._off:
            self._before = deque((patch,), maxlen=_EARLIER)
        elif mean >= self._on:
            likely = (one for one in (*self._before, self._last[-1]) if one.any_odds >= min(self._off, 0.0))
            self._from_s = next(likely, patch).at_s
            self._parts = [one for one in self._before if one.at_s >= self._from_s] or [self._last[-1]]

    def _goes_on(self, patch: _Patch, mean: float) -> Reaction | None:
        self._doubtful.append(patch)
        if mean < self._off:
            return self._ended() if len(self._doubtful) >= _BRIDGED else None
        self._parts += [one for one in self._doubtful if one.at_s > self._parts[-1].at_s]
        self._doubtful.clear()
        return self._ended() if patch.at_s + HOP_S - self._from_s >= LONGEST_S else None

    def _ended(self) -> Reaction | None:
        ended = self.so_far
        self._parts, self._doubtful = [], []
        self._before.clear()
        return ended


def _odds(probability: float) -> float:
    safe = min(max(probability, _LEAST), 1 - _LEAST)
    return float(np.log(safe / (1 - safe)))
