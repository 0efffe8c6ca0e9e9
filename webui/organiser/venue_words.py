"""A venue in words, from what its box said last. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.model.show_view import Phase
from appliance.model.sync_view import BoxState, HealthState
from webui.look.words import length

_QUIET_S = 15 * 60
"""While something runs, a box has news more often than this: attendance, the next item."""
_MOST_LETTERS = 120
_HOUR, _DAY = 60, 24 * 60
_AHEAD = -2
"""Minutes: two clocks may differ by so much."""

_PHASES: Mapping[str, tuple[str, str]] = {
    Phase.NONE: ("nothing loaded", ""),
    Phase.STANDBY: ("ready", "soon"),
    Phase.RUNNING: ("running", "on"),
    Phase.WAITING: ("a pause", "soon"),
    Phase.PAUSED: ("paused", "soon"),
    Phase.HELD: ("stands still", "soon"),
    Phase.PANIC: ("stopped, lights up", "bad"),
    Phase.OVER: ("over", ""),
}
_HEALTH: Mapping[HealthState, tuple[str, str]] = {
    HealthState.GOOD: ("All well", "on"),
    HealthState.CARE: ("Wants a look", "soon"),
    HealthState.GRAVE: ("Needs help now", "bad"),
}


@dataclass(frozen=True, slots=True)
class VenueLine:
    """One venue, as the page shows it. ``chip`` and ``health_chip`` are colours of the house."""

    box: str
    name: str
    title: str
    phase: str
    chip: str
    on: str
    """``Tide 00:41``: what is on, and how far; empty if nothing is."""
    people: int
    clips: str
    waiting: str
    """Rows on their way; empty if all is here."""
    health: str
    health_chip: str
    age: str
    quiet: bool
    """No news for longer than there should be."""


def venue_line(state: BoxState, now: datetime) -> VenueLine:
    """What a box said, read at ``now``; whatever it wrote is cut to a length that a page can bear."""
    age_s = _age_s(state.at, now)
    phase, chip = _PHASES.get(state.phase, ("", ""))
    moving = state.phase in {Phase.RUNNING, Phase.WAITING, Phase.PAUSED, Phase.HELD}
    quiet = moving and (age_s is None or age_s > _QUIET_S)
    health, health_chip = _HEALTH[state.health.state]
    things = f": {state.health.sentences} things" if state.health.sentences > 1 else ""
    return VenueLine(
        box=_short(state.box),
        name=_short(state.name or state.box),
        title=_short(state.title),
        phase="no news" if quiet else phase,
        chip="" if quiet else chip,
        on=_on(state, age_s, quiet=quiet),
        people=max(0, state.attendance),
        clips=_clips(state.clips_waiting),
        waiting=f"{state.waiting} still at the box" if state.waiting > 0 else "",
        health=health + (things if health_chip != "on" else ""),
        health_chip=health_chip,
        age=age_words(age_s),
        quiet=quiet,
    )


def age_words(age_s: float | None) -> str:
    """``just now``, ``4 min ago``, ``2 h 5 min ago``, ``3 days ago``; by a clock years off: that it is."""
    if age_s is None:
        return "at an unknown time"
    minutes = int(age_s // 60)
    if minutes < _AHEAD:
        return "by a clock that is ahead"
    if minutes < 1:
        return "just now"
    if minutes < _HOUR:
        return f"{minutes} min ago"
    if minutes < _DAY:
        return f"{minutes // _HOUR} h {minutes % _HOUR} min ago"
    days = minutes // _DAY
    return "1 day ago" if days == 1 else f"{days} days ago"


def _on(state: BoxState, age_s: float | None, *, quiet: bool) -> str:
    if not state.item_title or state.phase in {Phase.OVER, Phase.NONE, Phase.STANDBY}:
        return ""
    if quiet or age_s is None:
        return _short(state.item_title)
    gone_ms = age_s * 1000 if state.phase == Phase.RUNNING else 0
    return f"{_short(state.item_title)} {length(round(state.position_ms + max(0, gone_ms)))}"


def _clips(count: int) -> str:
    if count <= 0:
        return ""
    return "1 clip waits for the crew" if count == 1 else f"{count} clips wait for the crew"


def _age_s(at: str, now: datetime) -> float | None:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).total_seconds()


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"
