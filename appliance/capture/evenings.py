"""What the evening of a clip is called and where it is: read from the show's rows."""

from __future__ import annotations

from datetime import timedelta

from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId
from appliance.model.event import Event
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.store.show_rows import ShowRows
from appliance.store.show_times import last_shown_at

_LEAVING = timedelta(hours=3)
"""So long after a show people may still sit in the room."""


class Evenings:
    """Opens the show's database once it is there."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened before it is asked."""
        self._paths = paths
        self._rows: ShowRows | None = None

    def event(self, event: EventId) -> Event | None:
        """The event that is loaded, if it is that one."""
        rows = self._opened()
        loaded = rows.loaded() if rows is not None else None
        return loaded.event if loaded is not None and loaded.event.id == event else None

    def is_over(self) -> EventId | None:
        """The event that is loaded, if its show is over."""
        rows = self._opened()
        loaded = rows.loaded() if rows is not None else None
        if rows is None or loaded is None:
            return None
        last = rows.last_step(loaded.show)
        return loaded.event.id if last is not None and last.phase is Phase.OVER else None

    def before_doors(self, clock: Clock) -> bool:
        """Whether nobody can be in the room yet.

        No show has begun, none was on for three hours, and it is not yet time for the doors. A box that does
        not know the time knows none of that, unless it never had a show and none is loaded.
        """
        rows = self._opened()
        shown = last_shown_at(rows.database) if rows is not None else None
        if shown is not None and (clock.trust is ClockTrust.NONE or clock.now() - shown < _LEAVING):
            return False
        loaded = rows.loaded() if rows is not None else None
        if rows is None or loaded is None:
            return True
        last = rows.last_step(loaded.show)
        begun = last is not None and last.phase is not Phase.STANDBY
        return not begun and clock.trust is not ClockTrust.NONE and clock.now() < loaded.event.doors

    def title(self, event: EventId, item: ItemId) -> str:
        """What ``item`` is called; its id where its evening is not loaded any more."""
        found = self.event(event)
        items = () if found is None else found.programme.items
        return next((one.title for one in items if one.id == item), item)

    def _opened(self) -> ShowRows | None:
        if self._rows is None:
            try:
                self._rows = ShowRows.reader(self._paths)
            except MatineeError as fault:
                if fault.key != "store.missing":
                    raise
        return self._rows
