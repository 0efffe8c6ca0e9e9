"""Tells the relay which streams tonight has: they stand in the show's rows."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.paths import Paths
from appliance.store.show_rows import ShowRows
from appliance.sync.feed_ffmpeg import FfmpegFeed
from appliance.sync.relay import Relay

LOOK_S = 2.0
"""Without a bell a new event is seen after this."""


class RelayDesk:
    """Owns the relay. All of it on the owner thread of sync."""

    def __init__(self, paths: Paths, config: Config, clock: Clock) -> None:
        """Nothing runs, and nothing is opened, before `start`."""
        self._paths = paths
        self._rows: ShowRows | None = None
        self._relay = Relay(config.live.port, FfmpegFeed, clock)

    def start(self) -> None:
        """Begin."""
        self._relay.start()
        self.look()

    def stop(self) -> None:
        """End, and every stream with it."""
        self._relay.stop()
        if self._rows is not None:
            self._rows.database.close()

    def look(self) -> None:
        """See what the show has loaded; a file that can not be read now is health's to name."""
        try:
            self._rows = self._rows or ShowRows.reader(self._paths)
            loaded = self._rows.loaded()
        except MatineeError:
            return
        self._relay.serve(() if loaded is None else loaded.event.programme.streams)

    def faults(self) -> tuple[str, ...]:
        """Sentences: which guests the player asks for and does not get."""
        return self._relay.faults()
