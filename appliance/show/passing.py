"""How the show moves by itself: a pure function of where it stands, what the player says, and the time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from appliance.clock import ClockTrust
from appliance.model.picture import ScreenStatus
from appliance.model.programme import Item
from appliance.model.show_view import Phase
from appliance.show import machine
from appliance.show.machine import ShowState
from appliance.store.show_rows import LoadedEvent

_BEGINS_LATE = timedelta(minutes=15)
"""A show that nobody began by then does not begin by itself: it is another day."""


CAMERA = "+camera"
"""At the end of a showing's token: with the notice that the room is filmed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What time does to a show: how much passed since the last look, and what the wall says."""

    passed_ms: int
    wall: datetime
    trust: ClockTrust

    def is_past(self, at: datetime) -> bool:
        """Whether ``at`` has come, by a clock that may be believed."""
        return self.trust is not ClockTrust.NONE and self.wall >= at


@dataclass(frozen=True, slots=True)
class Passed:
    """Where the show is now, and whether that ends the item."""

    state: ShowState
    ends: bool = False
    enters: bool = False
    """The next item begins, whatever stood in between."""
    failed: str = ""
    """Why the film could not be shown."""


def passed(loaded: LoadedEvent, state: ShowState, status: ScreenStatus | None, now: Moment) -> Passed:
    """Return what became of ``state``; ``status`` is what the player said last, None if it is away."""
    programme = loaded.event.programme
    item = state.item(programme)
    match state.phase:
        case Phase.RUNNING if item is not None and item.is_film:
            return _film(loaded, state, item, status)
        case Phase.RUNNING if item is not None:
            failed = _reason(loaded, state, item, status) if item.film is not None else ""
            return replace(_card(loaded, state, item, now), failed=failed)
        case Phase.WAITING:
            return _wait(loaded, state, now)
        case Phase.STANDBY:
            at = _next_at(loaded, state)
            return Passed(state, enters=at is not None and now.is_past(at) and now.wall < at + _BEGINS_LATE)
        case _:
            return Passed(state)


def waits_for_clock(loaded: LoadedEvent, state: ShowState, now: Moment) -> Item | None:
    """The next item, if it goes by a clock that is not to be believed: then it waits for GO."""
    if state.phase not in {Phase.STANDBY, Phase.RUNNING, Phase.WAITING} or now.trust is not ClockTrust.NONE:
        return None
    following = loaded.event.programme.after(state.current)
    return following if following is not None and following.at is not None else None


def waits_s(loaded: LoadedEvent, state: ShowState, now: Moment) -> float | None:
    """How long the wait still takes, if time alone decides; None otherwise."""
    if state.phase is not Phase.WAITING:
        return None
    left = (machine.wait_ms(state, loaded.event.programme) - state.position_ms) / 1000
    at = _next_at(loaded, state)
    if at is None:
        return max(0.0, left)
    if now.trust is ClockTrust.NONE:
        return None
    return max(0.0, left, (at - now.wall).total_seconds())


def token(loaded: LoadedEvent, visit: int, item: Item) -> str:
    """Name one showing of ``item``: the same after a restart, another on the next visit."""
    return f"{loaded.show}.{visit}.{item.id}"


def _film(loaded: LoadedEvent, state: ShowState, item: Item, status: ScreenStatus | None) -> Passed:
    if status is None:
        return Passed(state)
    here = token(loaded, state.visit, item)
    if status.token == here:
        state = replace(state, position_ms=status.position_ms)
    reason = _reason(loaded, state, item, status)
    following = machine.follows_at_once(state, loaded.event.programme)
    rolled_on = following is not None and status.token == token(loaded, state.visit + 1, following)
    over = rolled_on or (status.token == here and status.ended)
    if over and not reason:  # cues just before the end are due, whatever was seen last
        state = replace(state, position_ms=max(state.position_ms, loaded.duration_ms(item) or 0))
    return Passed(state, ends=bool(reason) or over, failed=reason)


def _reason(loaded: LoadedEvent, state: ShowState, item: Item, status: ScreenStatus | None) -> str:
    """Why this showing, filmed or not, could not be shown; empty if it can, or nobody knows."""
    here = token(loaded, state.visit, item)
    failed = () if status is None else status.failed
    return next((failure.reason for failure in failed if failure.token in {here, f"{here}{CAMERA}"}), "")


def _card(loaded: LoadedEvent, state: ShowState, item: Item, now: Moment) -> Passed:
    state = replace(state, position_ms=state.position_ms + now.passed_ms)
    if item.seconds is not None:
        return Passed(state, ends=state.position_ms >= item.seconds * 1000)
    at = _next_at(loaded, state)
    return Passed(state, enters=at is not None and now.is_past(at))


def _wait(loaded: LoadedEvent, state: ShowState, now: Moment) -> Passed:
    state = replace(state, position_ms=state.position_ms + now.passed_ms)
    at = _next_at(loaded, state)
    waited = state.position_ms >= machine.wait_ms(state, loaded.event.programme)
    return Passed(state, enters=waited and (at is None or now.is_past(at)))


def _next_at(loaded: LoadedEvent, state: ShowState) -> datetime | None:
    following = loaded.event.programme.after(state.current)
    return None if following is None else following.at
