"""The running show as a pure machine: state and verb in, state out. It knows no clock and no screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.model.event import Event, Resume
from appliance.model.programme import Advance, Item, Programme
from appliance.model.show_view import Phase, Verb

RESTART_WITHIN_MS = 5000
"""Back goes to the item before if pressed within this; later it starts the item again."""


@dataclass(frozen=True, slots=True)
class ShowState:
    """Where the show stands. ``current`` is None before the first item."""

    phase: Phase
    current: ItemId | None = None
    visit: int = 0
    """Counts entries into items, so that a repeated item is a new visit."""
    position_ms: int = 0
    """In the item; once that has ended, how much of the wait after it has passed."""
    ended: bool = False
    """The item came to its end, and the next has not begun."""

    def item(self, programme: Programme) -> Item | None:
        """Return the current item."""
        return None if self.current is None else programme.item(self.current)


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
            return _resume(state, programme)
        case Verb.NEXT:
            _require(state, verb, Phase.RUNNING, Phase.WAITING, Phase.PAUSED, Phase.HELD)
            return enter_next(state, programme)
        case Verb.BACK:
            _require(state, verb, Phase.RUNNING, Phase.WAITING, Phase.PAUSED, Phase.HELD, Phase.OVER)
            return _back(state, programme)
        case Verb.HOLD:
            _require(state, verb, Phase.RUNNING, Phase.WAITING, Phase.PAUSED)
            return replace(state, phase=Phase.HELD)
        case Verb.PANIC:
            return replace(state, phase=Phase.PANIC)
        case _:
            assert_never(verb)


def after_power_cut(state: ShowState, event: Event) -> tuple[ShowState, MatineeError | None]:
    """Where the show stands once the power is back, and what the operator should know."""
    item = state.item(event.programme)
    if event.resume is Resume.RESUME or item is None or state.phase not in {Phase.RUNNING, Phase.WAITING}:
        return state, None
    return replace(state, phase=Phase.HELD), MatineeError("show.power_was_cut", title=item.title)


def enter(state: ShowState, item: Item | None) -> ShowState:
    """Enter ``item`` from its beginning; after the last one, None, the show is over."""
    if item is None:
        return replace(state, phase=Phase.OVER, ended=True)
    return ShowState(Phase.RUNNING, item.id, state.visit + 1, 0)


def enter_next(state: ShowState, programme: Programme) -> ShowState:
    """Enter what follows, whatever it would wait for."""
    return enter(state, programme.after(state.current))


def finish(state: ShowState, programme: Programme) -> ShowState:
    """The current item has come to its end: go on, wait, or stand until GO, as the programme says."""
    ended = replace(state, ended=True)
    if stands_at_end(ended, programme):
        return replace(ended, phase=Phase.HELD)
    if must_wait(ended, programme):
        return replace(ended, phase=Phase.WAITING, position_ms=0)
    return enter_next(state, programme)


def stand_instead(state: ShowState) -> ShowState:
    """The next item can not be entered: stand between the two until an operator decides."""
    return replace(state, phase=Phase.HELD, ended=True)


def stands_at_end(state: ShowState, programme: Programme) -> bool:
    """Whether only GO leads on from the end of the current item: not if the next goes by the clock."""
    item, following = state.item(programme), programme.after(state.current)
    return item is not None and item.then is Advance.GO and (following is None or following.at is None)


def must_wait(state: ShowState, programme: Programme) -> bool:
    """Whether anything passes between the end of the current item and the beginning of the next."""
    following = programme.after(state.current)
    return following is not None and (following.at is not None or wait_ms(state, programme) > 0)


def wait_ms(state: ShowState, programme: Programme) -> int:
    """How long to wait between the current item and the next, in ms; the clock may want longer."""
    item, following = state.item(programme), programme.after(state.current)
    return _ms(item.wait_after_s if item else 0) + _ms(following.wait_before_s if following else 0)


def follows_at_once(state: ShowState, programme: Programme) -> Item | None:
    """The item that the player may begin by itself when the current film ends; None if there is a wait."""
    item = state.item(programme)
    if item is None or not item.is_film or item.then is not Advance.AUTO or must_wait(state, programme):
        return None
    return programme.after(state.current)


def _go(state: ShowState, programme: Programme) -> ShowState:
    _require(state, Verb.GO, Phase.STANDBY, Phase.RUNNING, Phase.WAITING, Phase.PAUSED, Phase.HELD)
    if state.phase is Phase.PAUSED:
        return replace(state, phase=Phase.RUNNING)
    item = state.item(programme)
    if state.phase is Phase.RUNNING and item is not None and item.is_film:
        raise MatineeError("show.film_running")
    following = programme.after(state.current)
    calls = state.phase is not Phase.WAITING and following is not None and following.at is None
    if calls and following is not None and following.wait_before_s > 0:
        passed = _ms(item.wait_after_s) if item else 0
        return replace(state, phase=Phase.WAITING, position_ms=passed, ended=True)
    return enter(state, following)


def _resume(state: ShowState, programme: Programme) -> ShowState:
    _require(state, Verb.RESUME, Phase.PAUSED, Phase.HELD, Phase.PANIC)
    if not state.ended:
        return replace(state, phase=Phase.STANDBY if state.current is None else Phase.RUNNING)
    if programme.after(state.current) is None and state.phase is Phase.PANIC:
        return replace(state, phase=Phase.OVER)
    if not stands_at_end(state, programme):
        return replace(state, phase=Phase.WAITING)
    if state.phase is Phase.HELD:
        raise MatineeError("show.not_now", verb="RESUME", phase=state.phase)
    return replace(state, phase=Phase.HELD)


def _back(state: ShowState, programme: Programme) -> ShowState:
    item = state.item(programme)
    if item is None:
        raise MatineeError("show.at_start")
    if state.ended or state.position_ms > RESTART_WITHIN_MS or state.phase in {Phase.HELD, Phase.OVER}:
        return enter(state, item)
    before = programme.before(item.id)
    if before is None:
        raise MatineeError("show.at_start")
    return enter(state, before)


def _require(state: ShowState, verb: Verb, *phases: Phase) -> None:
    if state.phase not in phases:
        raise MatineeError("show.not_now", verb=verb.upper(), phase=state.phase)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
