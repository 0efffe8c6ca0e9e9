"""The room's loudness on its way from one level to another: a straight line of amplitude."""

from __future__ import annotations


class Fader:
    """Levels are linear amplitude; moments are monotonic seconds."""

    def __init__(self, level: float = 1.0) -> None:
        """Stand at ``level``."""
        self._from = self._to = level
        self._began = self._takes_s = 0.0

    def go(self, level: float, takes_s: float, now: float) -> None:
        """Come to ``level`` within ``takes_s``. The level it is on its way to already changes nothing."""
        if level != self._to:
            self._from, self._to = self.level(now), level
            self._began, self._takes_s = now, takes_s

    def level(self, now: float) -> float:
        """Where it is at ``now``."""
        passed_s = now - self._began
        if passed_s >= self._takes_s:
            return self._to
        return self._from + (self._to - self._from) * passed_s / self._takes_s


def amplitude(level: float, gain_db: float, loudest: float | None = None) -> float:
    """Linear amplitude of a film: the room's level and the film's own gain, never more than ``loudest``."""
    wanted = max(0.0, level) * float(10.0 ** (gain_db / 20))
    return wanted if loudest is None else min(wanted, loudest)
