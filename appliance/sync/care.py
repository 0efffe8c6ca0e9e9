"""Reading films again, in quiet hours and before a show; what is damaged is mended where that can be."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import Sha256
from appliance.store.media_rows import MediaRows
from appliance.sync.pull import Sources
from cache.block_file import media_path, read_blocks
from cache.damage import damaged_blocks
from cache.media_store import MediaStore
from cache.pace import Pace
from cache.scrub import QUIET_BYTES_S, next_film

HouseHours = tuple[datetime | None, bool]
"""When the next event starts; whether a show runs now."""

LOOK_S = 60.0
"""How often to ask whether a film is due."""
MEND_S = 300.0
"""How long to leave a film that could not be mended."""

_log = logging.getLogger(__name__)


class Caretaker:
    """Looks at one film at a time. Use it from one thread."""

    def __init__(
        self, store: MediaStore, rows: MediaRows, sources: Sources, house: Callable[[], HouseHours],
        clock: Clock, stopping: threading.Event, *, bytes_s: float = QUIET_BYTES_S,
    ) -> None:  # fmt: skip
        """``house`` tells when the next event starts and whether a show runs."""
        self._folder = store.folder
        self._store = store
        self._rows = rows
        self._sources = sources
        self._house = house
        self._clock = clock
        self._stopping = stopping
        self._bytes_s = bytes_s
        self._mend_at: dict[Sha256, float] = {}
        self.checking = ""

    def step(self) -> bool:
        """Look at the film that is due most, or mend one; False if none is due."""
        starts, busy = self._house()
        now = self._clock.monotonic()
        for sha256 in self._rows.damaged():
            if now >= self._mend_at.get(sha256, now):
                self._mend(sha256)
                return True
        due = next_film(self._rows.scrubbed(), self._clock.now(), starts=starts, busy=busy)
        if due is None:
            return False
        return self._look(due)

    def _look(self, sha256: Sha256) -> bool:
        film = self._store.get(sha256) or next(film for film in self._rows.all() if film.sha256 == sha256)
        self.checking = film.name
        try:
            bad = self._bad(sha256)
        finally:
            self.checking = ""
        if self._stopping.is_set():
            return False
        self._rows.damage(sha256, bad)
        if bad:
            _log.warning("film is damaged film=%s blocks=%s", sha256, bad[:20])
        return True

    def _bad(self, sha256: Sha256) -> list[int]:
        path = media_path(self._folder, sha256)
        try:
            blocks = read_blocks(self._folder, sha256)
        except MatineeError:
            return [] if self._store.add_blocks(sha256) else [0]
        pace = Pace(self._clock, self._bytes_s, self._stopping)
        return list(damaged_blocks(path, blocks, pace, from_card=True))

    def _mend(self, sha256: Sha256) -> None:
        self._mend_at[sha256] = self._clock.monotonic() + MEND_S
        try:
            size_bytes = read_blocks(self._folder, sha256).size_bytes
            count = self._store.repair(sha256, self._sources(sha256, size_bytes))
        except MatineeError as fault:
            _log.warning("film can not be mended yet film=%s key=%s", sha256, fault.key)
            return
        _log.info("film is mended film=%s blocks=%s", sha256, count)
