"""What tonight's event says about the internet, as the show loaded it."""

from __future__ import annotations

from appliance.config import NetworkTable
from appliance.errors import MatineeError
from appliance.model.network_view import ReleaseRule
from appliance.paths import Paths
from appliance.store.show_rows import ShowRows


class Tonight:
    """Reads ``show.db``, once it is there."""

    def __init__(self, paths: Paths, settings: NetworkTable) -> None:
        """Nothing is opened before it is asked."""
        self._paths = paths
        self._rows: ShowRows | None = None
        self._usual = ReleaseRule(settings.internet, settings.minutes or None, settings.megabytes or None)

    def rule(self) -> ReleaseRule:
        """The event's own, else the settings'."""
        try:
            self._rows = self._rows or ShowRows.reader(self._paths)
            loaded = self._rows.loaded()
        except MatineeError:
            return self._usual  # no show yet, or it is just being repaired: the venue's rule stands
        return (loaded.event.internet if loaded is not None else None) or self._usual
