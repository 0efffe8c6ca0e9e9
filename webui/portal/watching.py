"""Who watches the room live, and the pieces that they watch: each asked of the capture once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from appliance.clock import Clock
from appliance.errors import MatineeError

LIST = "list.m3u8"
_GONE_S = 8.0
"""Who has not asked for so long watches no more."""
_KEPT = 12
"""Pieces, each asked for once however many watch."""
_FRESH_S = 0.4


class Viewers:
    """Who watches now, by address; never more than ``most``. From any thread."""

    def __init__(self, most: int, clock: Clock) -> None:
        """Nobody does."""
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}

    def step(self, who: str | None) -> None:
        """``who`` watches on; ``capture.live_full`` if too many others do. The box itself (None) may."""
        now = self._clock.monotonic()
        with self._lock:
            self._seen = {one: at for one, at in self._seen.items() if now - at < _GONE_S}
            if who is None:
                return
            if who not in self._seen and len(self._seen) >= self._most:
                raise MatineeError("capture.live_full")
            self._seen[who] = now


class Pieces:
    """What the capture gives, asked for once. From any thread."""

    def __init__(self, fetch: Callable[[str], bytes], clock: Clock) -> None:
        """``fetch``: from the capture."""
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._ended_s = -1e9

    def get(self, name: str) -> bytes:
        """The list, never older than ``_FRESH_S``; or a piece. ``capture.not_live`` as soon as it ended."""
        now = self._clock.monotonic()
        with self._lock:
            if self._ended_s > now:  # asked while another waited in vain: a thread each would stop the portal
                raise MatineeError("capture.not_live")
            at, _ = self._kept.get(LIST, (-1e9, b""))
            if now - at > _FRESH_S:
                self._kept.pop(LIST, None)
                try:
                    listed = self._fetch(LIST)
                except MatineeError:
                    self._kept.clear()  # it ended: nothing of it is shown any more
                    self._ended_s = self._clock.monotonic()
                    raise
                self._kept[LIST] = (now, listed)
            if name not in self._kept:
                self._kept[name] = (now, self._fetch(name))
                while len(self._kept) > _KEPT:
                    self._kept.pop(next(one for one in self._kept if one != LIST))
            return self._kept[name][1]
