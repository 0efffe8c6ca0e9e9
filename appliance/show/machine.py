"""The running show as a pure machine: state and verb in, state out. It knows no clock and no screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from appliance.errors import MatineeError
from appliance.model.programme import Advance, Item, Programme
from appliance.model.show_view import Phase, Verb

RESTART_WITHIN_MS = 5000
"""Back goes to the item before if pressed within this; later it starts the item again."""


@dataclass(frozen=True, slots=True)
class ShowState:
    """Where the show stands. ``index`` is None before the first item."""

    phase: Phase
    index: int | None = None
    visit: int = 0
    """Counts entries into items, so that a repeated item is a new visit."""
    position_ms: int = 0

    def item(self, programme: Programme) -> Item | None:
        """Return the current item."""
        return None if self.index is None else programme.items[self.index]


def press(state: ShowState, verb: Verb, programme: Programme) -> ShowState:
    """Return the state after ``verb``, or raise ``show.*`` saying why it means nothing now."""
    match verb:
        case Verb.STANDBY:
            _require(state, verb, Phase.STANDBY, Phase.HELD, Phase.OVER)
            return ShowState(Phase.STANDBY, visit=state.visit)
        case Verb.GO:
            return _go(state, programme)
        case Verb.PAUSE:
            _require(state, verb, Phase.RUNNING)
            return replace(state, phase=Phase.PAUSED)
        case Verb.RESUME:
            _require(state, verb, Phase.PAUSED, Phase.PANIC)
            return replace(state, phase=Phase.STANDBY if state.index is None else Phase.RUNNING)
        case Verb.NEXT:
            _require(state, verb, Phase.RUNNING, Phase.PAUSED, Phase.HELD)
            return enter_next(state, programme)
        case Verb.BACK:
            _require(state, verb, Phase.RUNNING, Phase.PAUSED, Phase.HELD, Phase.OVER)
            return _back(state)
        case Verb.HOLD:
            _require(state, verb, Phase.RUNNING, Phase.PAUSED)
            return replace(state, phase=Phase.HELD)
        case Verb.PANIC:
            return replace(state, phase=Phase.PANIC)
        case _:
            assert_never(verb)


def enter(state: ShowState, index: int) -> ShowState:
    """Enter the item at ``index`` from its beginning."""
    return ShowState(Phase.RUNNING, index, state.visit + 1, 0)


def enter_next(state: ShowState, programme: Programme) -> ShowState:
    """Enter what follows; after the last item the show is over."""
    following = 0 if state.index is None else state.index + 1
    if following >= len(programme.items):
        return replace(state, phase=Phase.OVER)
    return enter(state, following)


def finish(state: ShowState, programme: Programme) -> ShowState:
    """The current item has come to its end: go on, or hold, as it says."""
    item = state.item(programme)
    if item is not None and item.then is Advance.GO:
        return replace(state, phase=Phase.HELD)
    return enter_next(state, programme)


def _go(state: ShowState, programme: Programme) -> ShowState:
    _require(state, Verb.GO, Phase.STANDBY, Phase.RUNNING, Phase.PAUSED, Phase.HELD)
    if state.phase is Phase.PAUSED:
        return replace(state, phase=Phase.RUNNING)
    item = state.item(programme)
    if state.phase is Phase.RUNNING and item is not None and item.is_film:
        raise MatineeError("show.film_running")
    return enter_next(state, programme)


def _back(state: ShowState) -> ShowState:
    index = state.index or 0
    if state.position_ms > RESTART_WITHIN_MS or state.phase in {Phase.HELD, Phase.OVER}:
        return enter(state, index)
    if index == 0:
        raise MatineeError("show.at_start")
    return enter(state, index - 1)


def _require(state: ShowState, verb: Verb, *phases: Phase) -> None:
    if state.phase not in phases:
        raise MatineeError("show.not_now", verb=verb.upper(), phase=state.phase)
