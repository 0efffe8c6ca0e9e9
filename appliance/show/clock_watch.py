"""Notes the time that is known, for the next start; and says as a fact by how much the clock was wrong.

Rows keep the time at which they were written, and how far it could be trusted. Where the clock of a boot is
set right later, one fact says so: a reader adds `offset_ms` to what that boot wrote before (by `mono_ms`).
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.clock_note import ClockNote, read_note, write_note
from appliance.store.database import Database
from appliance.store.outbox import Outbox

LOOK_S = 10.0
SAVE_S = 300.0
"""A power cut forgets no more of the time than that."""
_SLACK_S = 2.0
"""A time service moves the clock by less all the while."""

_log = logging.getLogger(__name__)


class ClockWatch:
    """Use it from the owner thread."""

    def __init__(self, root: Path, clock: BoxClock, database: Database, outbox: Outbox) -> None:
        """``outbox`` goes by the same clock; ``look`` is called often from now on."""
        self._root, self._clock, self._database, self._outbox = root, clock, database, outbox
        self._boot = clock.boot
        self._trust, self._base_s = clock.trust, self._wall_s()
        self._saved_at: float | None = None
        self._save()

    def look(self) -> None:
        """See whether the clock was set, and note the time now and then."""
        trust, base_s = self._clock.trust, self._wall_s()
        moved_s = base_s - self._base_s
        if abs(moved_s) >= _SLACK_S:
            _log.warning("clock moved by=%.1f s trust=%s was=%s", moved_s, trust, self._trust)
            try:
                with self._database.transaction() as tx:
                    self._outbox.fact(tx, "clock_fix", "", offset_ms=round(moved_s * 1000), was=self._trust)
            except MatineeError as fault:
                _log.warning("the clock's fix is not saved yet why=%s", fault.key)
                return  # seen again, and as far, at the next look
        if abs(moved_s) >= _SLACK_S or trust is not self._trust:
            self._saved_at = None
        self._trust, self._base_s = trust, base_s
        if self._saved_at is None or self._clock.monotonic() - self._saved_at >= SAVE_S:
            self._save()

    def told(self, at: datetime | None) -> None:
        """A person says what time it is, or that the time shown is right; a time service knows better.

        Raises ``show.clock_backwards`` for a time that was known to be over.
        """
        if self._clock.trust is ClockTrust.PROVEN:
            return
        known = read_note(self._root)
        mono_s = self._clock.monotonic()
        at = at or self._clock.now()
        least = None if known is None else known.least(self._boot, mono_s)
        if least is not None and at < least:
            words = {"said": f"{at:%d %B %Y %H:%M}", "known": f"{least:%d %B %Y %H:%M}"}
            raise MatineeError("show.clock_backwards", **words)
        write_note(self._root, ClockNote(at, self._boot, mono_s, told=True, surely=least))
        self._clock.look()
        self.look()

    def _wall_s(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _save(self) -> None:
        """What somebody vouches for; else how far the last such time is at least by now."""
        mono_s, trust = self._clock.monotonic(), self._clock.trust
        note = read_note(self._root)
        if trust is ClockTrust.PROVEN:
            note = ClockNote(self._clock.now(), self._boot, mono_s)
        elif note is not None:
            least = note.least(self._boot, mono_s)
            known = note.now(self._boot, mono_s)
            told = trust is ClockTrust.TOLD
            note = ClockNote(known, self._boot, mono_s, told=told, surely=least)
        self._saved_at = mono_s
        if note is not None:
            try:
                write_note(self._root, note)
            except OSError as fault:  # a full card, or a bad one: the show goes on
                _log.warning("the time is not noted why=%s", fault.strerror)
            self._clock.look()
