"""What the room answered: read from the portal's rows, never kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.paths import Paths
from appliance.show.reread import Reread
from appliance.store.poll_rows import PollRows
from appliance.store.show_rows import LoadedEvent


class Votes(Protocol):
    """Who knows what the room answered."""

    def counts(self, loaded: LoadedEvent, /) -> Mapping[ItemId, tuple[int, ...]]:
        """By item that asks, how many chose each answer in this show. Cheap: asked ten times a second."""
        ...


class NobodyAnswers:
    """No portal runs."""

    def counts(self, _loaded: LoadedEvent) -> Mapping[ItemId, tuple[int, ...]]:
        """Return nothing."""
        return {}


class VotesOfRows:
    """Reads ``audience.db`` anew when somebody wrote to it."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened before it is asked."""
        self._rows = Reread(lambda: PollRows.reader(paths), _counts)

    def counts(self, loaded: LoadedEvent) -> Mapping[ItemId, tuple[int, ...]]:
        """Nothing while the file is not there or can not be read: the question stands all the same."""
        if not loaded.event.asks_the_room:
            return {}
        try:
            return self._rows.now(loaded)
        except MatineeError:
            return {}


def _counts(rows: PollRows, loaded: LoadedEvent) -> Mapping[ItemId, tuple[int, ...]]:
    return rows.counts(loaded.show)
