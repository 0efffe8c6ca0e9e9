"""Rehearsals on the box: begun, answered, kept by event; a cut of power in the middle loses one answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import msgspec

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.manifest.rehearsal_file import kept, rehearsal_path
from appliance.model import rehearsal
from appliance.model.event import Event
from appliance.model.rehearsal import Rehearsal
from appliance.model.rehearsal_fails import Check
from appliance.model.rehearsal_readings import Readings, findings
from appliance.paths import Paths
from cache.durable import write_whole


class RehearsalDesk:
    """One event's at a time. Safe to use from any thread."""

    def __init__(
        self, paths: Paths, clock: Clock, read: Callable[[Event], Readings], *, lights: bool
    ) -> None:
        """``read`` looks at the box for an event; ``lights``: whether it switches any."""
        self._paths = paths
        self._clock = clock
        self._read = read
        self._lights = lights
        self._lock = threading.Lock()

    def state(self, event: Event) -> Rehearsal:
        """Where that of ``event`` stands."""
        return kept(self._paths.rehearsals, event.id)

    def begin(self, event: Event) -> Rehearsal:
        """From the start: the box looks at itself at once."""
        with self._lock:
            return self._look(rehearsal.begin(event.id, event.title, self._now(event)), event)

    def look_again(self, event: Event) -> Rehearsal:
        """The box looks once more; what people answered stays."""
        with self._lock:
            state = kept(self._paths.rehearsals, event.id)
            return self._look(state, event) if state.begun is not None else state

    def answer(self, event: Event, check: Check, *, well: bool) -> Rehearsal:
        """Somebody looked or listened."""
        with self._lock:
            state = kept(self._paths.rehearsals, event.id)
            return self._keep(rehearsal.answered(state, check, self._now(event), well=well), event)

    def again(self, event: Event, check: Check) -> Rehearsal:
        """Ask one more time."""
        with self._lock:
            return self._keep(rehearsal.again(kept(self._paths.rehearsals, event.id), check), event)

    def _look(self, state: Rehearsal, event: Event) -> Rehearsal:
        found = findings(self._read(event), lights=self._lights)
        return self._keep(rehearsal.looked(state, found, self._now(event)), event)

    def _keep(self, state: Rehearsal, event: Event) -> Rehearsal:
        try:
            self._paths.rehearsals.mkdir(exist_ok=True)
            write_whole(rehearsal_path(self._paths.rehearsals, event.id), msgspec.json.encode(state))
        except OSError as fault:
            raise MatineeError("draft.card", fault=fault.strerror or fault) from fault
        return state

    def _now(self, event: Event) -> datetime:
        return self._clock.now().astimezone(event.starts.tzinfo)
