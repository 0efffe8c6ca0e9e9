"""From probabilities to sounds that last: each begins above one threshold, ends below another. Pure."""

from __future__ import annotations

from appliance.capture.listening.hearing import Thresholds
from appliance.capture.listening.log_mel import HOP_S, PATCH_S
from appliance.capture.listening.sounds import Reaction, Sound

BRIDGE_S = 1.0
"""A pause for breath does not end a laugh."""
_LONGEST_RISE_S = 1.5
"""What was no more than likely for longer was something else."""
LONGEST_S = 20.0
"""What lasts longer is told in parts, so that a clip need not wait for the end of an ovation."""
EDGE_S = (PATCH_S - HOP_S) / 2
"""A patch speaks for the middle of its 0.96 s."""


class Lasting:
    """One sound over time."""

    def __init__(self, sound: Sound, thresholds: Thresholds) -> None:
        self._sound = sound
        self._thresholds = thresholds
        self._from_s: float | None = None
        self._rose_s: float | None = None
        self._to_s = 0.0
        self._peak = 0.0

    @property
    def goes_on(self) -> bool:
        """Whether it is heard now."""
        return self._from_s is not None

    @property
    def so_far(self) -> Reaction | None:
        """What is heard now, as far as it has come."""
        if self._from_s is None:
            return None
        return Reaction(self._sound, self._from_s, self._to_s, round(self._peak, 3))

    def take(self, at_s: float, probability: float) -> Reaction | None:
        """Take the judgement of the patch that begins at ``at_s``; return what ended, or a part of it."""
        begin_s, end_s = at_s + EDGE_S, at_s + EDGE_S + HOP_S
        if self._from_s is None:
            self._rise(begin_s, end_s, probability)
            return None
        if probability >= self._thresholds.off:
            self._to_s = end_s
            self._peak = max(self._peak, probability)
            return self.end() if end_s - self._from_s >= LONGEST_S else None
        return self.end() if end_s - self._to_s >= BRIDGE_S else None

    def _rise(self, begin_s: float, end_s: float, probability: float) -> None:
        """Sure only now, perhaps, but it began when it was first likely."""
        if probability < self._thresholds.off:
            self._rose_s = None
            return
        rose_s = self._rose_s = begin_s if self._rose_s is None else self._rose_s
        if probability >= self._thresholds.on:
            self._from_s = rose_s if begin_s - rose_s <= _LONGEST_RISE_S else begin_s
            self._to_s, self._peak, self._rose_s = end_s, probability, None

    def end(self) -> Reaction | None:
        """Return what goes on, as if it ended now; it is over."""
        ended, self._from_s = self.so_far, None
        return ended
