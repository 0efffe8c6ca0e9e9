"""From one level to another in a straight line: a pure function of seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fade:
    """From level ``start`` at monotonic second ``at`` to ``target``, ``seconds`` later."""

    start: float
    target: float
    at: float
    seconds: float = 0.0

    def level(self, now: float) -> float:
        """The level at monotonic second ``now``."""
        if self.is_over(now):
            return self.target
        share = max(0.0, (now - self.at) / self.seconds)
        return self.start + (self.target - self.start) * share

    def is_over(self, now: float) -> bool:
        """Whether the target is reached."""
        return now >= self.at + self.seconds

    def turned(self, target: float, now: float, seconds: float) -> Fade:
        """Go on from here to another target."""
        return Fade(self.level(now), target, now, seconds)
