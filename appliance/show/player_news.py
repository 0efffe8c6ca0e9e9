"""What the player said last, and whether that may still be believed."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.model.picture import ScreenStatus

_STALE_S = 1.5


class PlayerNews:
    """The last status, fresh for a moment."""

    def __init__(self, room: Clock) -> None:
        """Nothing was heard yet; ``room`` is the clock that players live by."""
        self._room = room
        self.last: ScreenStatus | None = None
        self._heard_at = room.monotonic()
        self.stood_s = 0.0
        """How long what stands there was seen to run, from one answer to the next."""
        self._ran = False

    def hear(self, status: ScreenStatus, *, runs: bool) -> None:
        """It answered. ``runs``: what stands there is not paused, so that its notices stand there, too."""
        same = self.fresh is not None and self.last is not None and self.last.token == status.token
        ran_s = self.age_s if runs and self._ran else 0.0
        self.stood_s = self.stood_s + ran_s if same else 0.0
        self._ran = runs
        self.last = status
        self._heard_at = self._room.monotonic()

    @property
    def fresh(self) -> ScreenStatus | None:
        """The last status; None if it is older than a moment: nobody knows what stands there now."""
        return self.last if self.age_s < _STALE_S else None

    @property
    def age_s(self) -> float:
        """How long ago it answered last, or since the show waits for its first answer."""
        return self._room.monotonic() - self._heard_at

    @property
    def state(self) -> str:
        """``up``, ``starting`` or ``restarting``."""
        if self.fresh is not None:
            return "up"
        return "starting" if self.last is None else "restarting"

    @property
    def failed(self) -> frozenset[str]:
        """Showings that it could not show."""
        return frozenset(failure.token for failure in self.last.failed) if self.last else frozenset()
