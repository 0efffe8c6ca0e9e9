"""How many of a drop are left: read from the portal's rows, never kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import DropId
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.show.reread import Reread
from appliance.store.offer_rows import OfferRows


class Stock(Protocol):
    """Who knows how many are left."""

    def left(self, event: Event) -> Mapping[DropId, int]:
        """Units of each drop that may still be taken, as of now. Cheap: asked ten times a second."""
        ...


class NobodyTakes:
    """No portal runs: everything is still there."""

    def left(self, event: Event) -> Mapping[DropId, int]:
        """Return each drop's whole stock."""
        return {drop.id: drop.stock for drop in event.drops}


class StockOfRows:
    """Reads ``audience.db`` anew when somebody wrote to it."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened before it is asked."""
        self._rows = Reread(lambda: OfferRows.reader(paths), OfferRows.left)

    def left(self, event: Event) -> Mapping[DropId, int]:
        """Return the stock, with what came and broke since, less what is reserved.

        The whole stock before the portal has run for the first time. Nothing, so that no number is shown,
        while its file can not be read: that is health's to name, and no reason for the show to stop.
        """
        try:
            return self._rows.now(event)
        except MatineeError as fault:
            return NobodyTakes().left(event) if fault.key == "store.missing" else {}
