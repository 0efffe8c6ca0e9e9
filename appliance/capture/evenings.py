"""What the evening of a clip is called and where it is: read from the show's rows."""

from __future__ import annotations

from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.show_rows import ShowRows


class Evenings:
    """Opens the show's database once it is there."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened before it is asked."""
        self._paths = paths
        self._rows: ShowRows | None = None

    def event(self, event: EventId) -> Event | None:
        """The event that is loaded, if it is that one."""
        if self._rows is None:
            try:
                self._rows = ShowRows.reader(self._paths)
            except MatineeError as fault:
                if fault.key != "store.missing":
                    raise
                return None
        loaded = self._rows.loaded()
        return loaded.event if loaded is not None and loaded.event.id == event else None

    def title(self, event: EventId, item: ItemId) -> str:
        """What ``item`` is called; its id where its evening is not loaded any more."""
        found = self.event(event)
        items = () if found is None else found.programme.items
        return next((one.title for one in items if one.id == item), item)
