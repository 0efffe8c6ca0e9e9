"""How much of a timed card is left: a pure function of what was told, and when."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.model.picture import Card


@dataclass(frozen=True, slots=True)
class Countdown:
    """``remaining_ms`` was true at monotonic second ``at``; ``rate`` 0 while paused."""

    remaining_ms: int
    at: float
    rate: float = 1.0

    def left_ms(self, now: float) -> int:
        """Milliseconds left at monotonic second ``now``; never below 0."""
        return max(0, round(self.remaining_ms - (now - self.at) * 1000 * self.rate))


def begin(card: Card, now: float) -> Countdown | None:
    """Count ``card`` down from ``now``; None if it is not timed."""
    if card.remaining_ms is None:
        return None
    return Countdown(card.remaining_ms, now, 0.0 if card.paused else card.rate)


def follow(countdown: Countdown | None, before: Card, after: Card, now: float) -> Countdown | None:
    """Go on after the same card was told again: from its new time if that changed, else from here."""
    if countdown is None or after.remaining_ms is None or after.remaining_ms != before.remaining_ms:
        return begin(after, now)
    return Countdown(countdown.left_ms(now), now, 0.0 if after.paused else after.rate)
