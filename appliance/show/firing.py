"""Which cues fire by themselves now: those of the position, and those of the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from appliance.clock import ClockTrust
from appliance.ids import CueId, ItemId, ShowId
from appliance.model import timeline
from appliance.model.cue import Cue
from appliance.model.show_view import Phase
from appliance.show.machine import ShowState
from appliance.show.passing import Moment
from appliance.store.show_rows import LoadedEvent

_LONGEST_EVENING = timedelta(hours=18)
_BEFORE_DOORS = timedelta(hours=2)
_IN_ITEM = frozenset({Phase.RUNNING, Phase.PAUSED})


class Memory(Protocol):
    """Who knows what has fired."""

    def fired(self, show: ShowId, visit: int | None = None) -> tuple[CueId, ...]:
        """Cues that have fired in this visit, or in the whole show."""
        ...


def due_now(loaded: LoadedEvent, state: ShowState, now: Moment, memory: Memory) -> tuple[Cue, ...]:
    """Return the cues that are due, in order: an item's once a visit, the evening's once a show."""
    if state.phase in {Phase.NONE, Phase.PANIC}:
        return ()
    item = state.item(loaded.event.programme) if state.phase in _IN_ITEM else None
    here: tuple[Cue, ...] = ()
    fired = memory.fired(loaded.show, state.visit)
    if item is not None:
        length_ms = loaded.duration_ms(item)
        here = timeline.due(loaded.event.cues, item.id, state.position_ms, length_ms, fired)
    return (*here, *_by_clock(loaded, item.id if item else None, now, {*fired, *_of_evening(loaded, memory)}))


def _by_clock(loaded: LoadedEvent, item: ItemId | None, now: Moment, fired: set[CueId]) -> tuple[Cue, ...]:
    doors = loaded.event.doors
    if now.trust is ClockTrust.NONE or now.wall > doors + _LONGEST_EVENING:
        return ()
    since = doors - _BEFORE_DOORS
    since = since if loaded.at is None else max(since, loaded.at)
    return timeline.due_by_clock(loaded.event.cues, item, now.wall, since, fired)


def _of_evening(loaded: LoadedEvent, memory: Memory) -> set[CueId]:
    whole = {cue.id for cue in loaded.event.cues if cue.item is None}
    return whole.intersection(memory.fired(loaded.show)) if whole else set()
