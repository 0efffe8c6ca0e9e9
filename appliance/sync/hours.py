"""When the next event starts, and whether the house is busy: from rows and folders that others wrote."""

from __future__ import annotations

from datetime import datetime, timedelta

from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import MANIFEST
from appliance.model.event import Event
from appliance.model.show_view import Phase
from appliance.paths import Paths, Service
from appliance.store.show_rows import ShowRows

OVER_AFTER = timedelta(hours=36)
"""An event that started longer ago needs its films no more."""

_QUIET = frozenset({Phase.NONE, Phase.STANDBY, Phase.OVER})


class Hours:
    """Use it from one thread."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        """Nothing is opened yet."""
        self._paths = paths
        self._clock = clock
        self._show: ShowRows | None = None

    def look(self) -> tuple[datetime | None, bool]:
        """Start of the next event that lies on the box; whether a show runs."""
        now = self._clock.now()
        coming = [event.starts for event in self._events() if event.starts >= now]
        return min(coming, default=None), self.is_busy()

    def spent(self, pinned: set[str]) -> list[EventId]:
        """Those of ``pinned`` whose films may go: events long over, by a clock that somebody vouches for."""
        if self._clock.trust is ClockTrust.NONE:
            return []
        over = self._clock.now() - OVER_AFTER
        loaded = self.loaded()
        return [
            event.id
            for event in self._events()
            if event.id in pinned and event.starts < over and event.id != loaded
        ]

    def needed(self) -> set[EventId]:
        """The loaded event, and all that lie on the box and are not long over: what they need must stay."""
        here = {event.id for event in self._events()}
        loaded = self.loaded()
        return here.difference(self.spent(set(here))) | ({loaded} if loaded is not None else set())

    def loaded(self) -> EventId | None:
        """The event that the show stands with."""
        rows = self._rows()
        loaded = rows.loaded() if rows is not None else None
        return loaded.event.id if loaded is not None else None

    def _events(self) -> list[Event]:
        found = []
        for path in self._paths.events.glob(f"*/{MANIFEST}"):
            try:
                found.append(event_manifest.read(path))
            except MatineeError:
                continue  # `matinee check` names it; here it pins nothing and starts never
        return found

    def is_busy(self) -> bool:
        """Whether a show runs now."""
        rows = self._rows()
        loaded = rows.loaded() if rows is not None else None
        if rows is None or loaded is None:
            return False
        step = rows.last_step(loaded.show)
        return step is not None and step.phase not in _QUIET

    def _rows(self) -> ShowRows | None:
        if self._show is None and self._paths.database(Service.SHOW).exists():
            self._show = ShowRows.reader(self._paths)
        return self._show
