"""Where a rolling film is, and when it will be where: from what libVLC tells a few times a second."""

from __future__ import annotations

from collections import deque

_REMEMBERED = 8
_JUMPED_S = 0.1
"""A film that is later than this against its clock was held up: the clock begins anew."""
_STALE_S = 0.3
_SETTLING_S = 0.6
"""For so long after a seek, a time far ahead of what was asked for is from before it."""
_SILENT_S = 0.7
"""libVLC tells the time each 0.25 to 0.5 s. Nothing is guessed further ahead than this."""
UNPAUSING_S = 0.012
"""From unpausing to the film's time running: 11 to 12 ms measured, README.md."""


class FilmClock:
    """Positions in ms of the file, moments in monotonic seconds.

    A told time is exact when it is told and can only arrive late: so the earliest of the last few is right.
    """

    def __init__(self) -> None:
        """Standing at the beginning."""
        self._position_ms = 0.0
        self._rate = 1.0
        self._zero: float | None = None
        self._zeros: deque[float] = deque(maxlen=_REMEMBERED)
        self._heard_at = self._rolled_at = 0.0

    @property
    def rate(self) -> float:
        """Media seconds per second."""
        return self._rate

    @property
    def rolling(self) -> bool:
        """Whether time passes."""
        return self._zero is not None

    def stand(self, position_ms: float) -> None:
        """Hold at ``position_ms``."""
        self._position_ms, self._zero = position_ms, None
        self._zeros.clear()

    def roll(self, now: float, rate: float, delay_s: float = UNPAUSING_S) -> None:
        """Run from the present position, ``delay_s`` after ``now``."""
        self._position_ms = self.position_ms(now)
        self._rate = rate
        self._zeros.clear()
        self._zero = now + delay_s - self._position_ms / 1000 / rate
        self._heard_at = self._rolled_at = now

    def hear(self, position_ms: float, at: float) -> None:
        """Be told that the film was at ``position_ms`` at the moment ``at``."""
        if self._zero is None:
            return
        zero = at - position_ms / 1000 / self._rate
        if not self._zeros and zero < self._zero - _STALE_S and at < self._rolled_at + _SETTLING_S:
            return
        if zero > self._zero + _JUMPED_S:
            self._zeros.clear()
        self._zeros.append(zero)
        self._zero = min(self._zeros)
        self._heard_at = at

    def position_ms(self, now: float) -> float:
        """Where the film is."""
        if self._zero is None:
            return self._position_ms
        known = min(now, self._heard_at + _SILENT_S)
        return max(self._position_ms if not self._zeros else 0.0, (known - self._zero) * 1000 * self._rate)

    def moment(self, position_ms: float, now: float) -> float | None:
        """When it will be at ``position_ms``; None while it stands, or if nothing was heard for long."""
        if self._zero is None or now - self._heard_at > _SILENT_S:
            return None
        return self._zero + position_ms / 1000 / self._rate
