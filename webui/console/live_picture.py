"""What is on the screen, as one small JPEG that all who watch share."""

from __future__ import annotations

import threading
from collections.abc import Callable

from appliance.clock import Clock
from appliance.errors import MatineeError

MOST_VIEWERS = 8
_FRESH_S = 0.4
_GONE_S = 6.0


class LivePicture:
    """Asks the player at most twice or so a second, however many watch."""

    def __init__(self, fetch: Callable[[], bytes], clock: Clock) -> None:
        """``fetch`` returns a JPEG or raises ``ipc.not_running``."""
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._viewers: dict[str, float] = {}
        self._taken: bytes | MatineeError = b""
        self._taken_at = float("-inf")

    def take(self, viewer: str) -> bytes:
        """Return the picture; ``console.too_many_viewers`` for a ninth, or what the fetch raised."""
        with self._lock:
            self._admit(viewer)
            if self._clock.monotonic() - self._taken_at > _FRESH_S:
                try:
                    self._taken = self._fetch()
                except MatineeError as fault:
                    self._taken = fault
                self._taken_at = self._clock.monotonic()
            taken = self._taken
        if isinstance(taken, MatineeError):
            raise MatineeError(taken.key, **taken.facts)
        return taken

    def _admit(self, viewer: str) -> None:
        now = self._clock.monotonic()
        self._viewers = {who: at for who, at in self._viewers.items() if now - at < _GONE_S}
        if viewer not in self._viewers and len(self._viewers) >= MOST_VIEWERS:
            raise MatineeError("console.too_many_viewers", most=MOST_VIEWERS)
        self._viewers[viewer] = now
