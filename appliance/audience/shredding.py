"""What nobody needs any more goes: sign-ups that are in the bucket, names on lists of evenings past."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import MANIFEST
from appliance.model import keeping
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.keeping_rows import StoredRows, lists_ended, said_in, shred_names, shred_rows
from appliance.store.outbox import Outbox
from appliance.store.question_rows import shred_voices, voices_ended

ROUND_S = 3600.0
_LISTS = "guest lists"
_VOICES = "questions and answers"


class PeopleShredder:
    """Once an hour. What it does is a fact; whom it was about nobody could tell."""

    def __init__(self, paths: Paths, database: Database, outbox: Outbox, clock: Clock) -> None:
        """``database`` is audience.db, whose owner this process is."""
        self._paths = paths
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def round(self) -> int:
        """Shred what is due; return how many rows and names that were."""
        now = self._clock.now()
        days = keeping.in_force(said_in(self._paths), now).people_days
        until = keeping.before(days, now, self._clock.trust)
        return 0 if until is None else self._sign_ups(until) + self._names(until) + self._voices(until)

    def _sign_ups(self, until: datetime) -> int:
        try:
            stored = StoredRows.reader(self._paths)
        except MatineeError as fault:
            if fault.key == "store.missing":
                return 0  # nothing ever went up
            raise
        with closing(stored):
            due = stored.people(Service.PORTAL, until)
        gone = 0
        for event in sorted({one.event for one in due}):
            with self._database.shredding() as tx:
                count = sum(shred_rows(tx, one) for one in due if one.event == event)
                if count:
                    self._outbox.fact(tx, "people_shredded", event, rows=count, what="sign-ups")
            gone += count
        return gone

    def _names(self, until: datetime) -> int:
        gone = 0
        for event, last in lists_ended(self._database).items():
            known = [moment for moment in (last, self._starts(event)) if moment is not None]
            if not known or max(known) > until:
                continue
            with self._database.shredding() as tx:
                count = shred_names(tx, event)
                self._outbox.fact(tx, "people_shredded", event, rows=count, what=_LISTS)
            gone += count
        return gone

    def _voices(self, until: datetime) -> int:
        gone = 0
        for event in voices_ended(self._database, until):
            with self._database.shredding() as tx:
                count = shred_voices(tx, event)
                self._outbox.fact(tx, "people_shredded", EventId(event), rows=count, what=_VOICES)
            gone += count
        return gone

    def _starts(self, event: str) -> datetime | None:
        """When that evening is, as its manifest has it; None if it has gone from this box.

        Now, if it can not be read at present: it may be still to come, and names are not made again.
        """
        try:
            return event_manifest.read(self._paths.events / event / MANIFEST).starts
        except MatineeError as fault:
            return None if fault.key == "manifest.not_found" else self._clock.now()
        except OSError:
            return self._clock.now()
