"""What is on the screen, how long still, and which keys mean something: pure functions of the show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.model.programme import FILM_KINDS, ItemKind
from appliance.model.show_view import ItemView, Phase, ShowView
from webui.look.words import length

KINDS: Mapping[ItemKind, str] = {
    ItemKind.FEATURE: "Film",
    ItemKind.SHORT: "Short film",
    ItemKind.TRAILER: "Trailer",
    ItemKind.CARD: "Card",
    ItemKind.BACKDROP: "Backdrop",
    ItemKind.INTERMISSION: "Intermission",
    ItemKind.LIVE: "Live",
}

PHASES: Mapping[Phase, str] = {
    Phase.NONE: "No event",
    Phase.STANDBY: "Standing by",
    Phase.RUNNING: "On screen",
    Phase.WAITING: "Waiting",
    Phase.PAUSED: "Paused",
    Phase.HELD: "Held",
    Phase.PANIC: "PANIC",
    Phase.OVER: "Over",
}

_MOVING = frozenset({Phase.RUNNING, Phase.PAUSED})
_SHOWN = frozenset({Phase.RUNNING, Phase.WAITING, Phase.PAUSED, Phase.HELD})


@dataclass(frozen=True, slots=True)
class Now:
    """What is on the screen, how long still, and what follows."""

    phase: Phase
    phase_words: str
    title: str
    kind: str = ""
    left: str = ""
    left_words: str = ""
    passed_s: int = 0
    length_s: int = 0
    next_title: str = ""
    next_note: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """Which keys mean something now. ``nonce`` makes a double press of GO one GO."""

    nonce: str
    phase: Phase
    visit: int = 0
    """What the operator sees: GO, Next and Back are refused once it is over."""
    go: bool = False
    go_note: str = ""
    pause: bool = False
    resume: bool = False
    back: bool = False
    next: bool = False
    hold: bool = False
    standby: bool = False
    panic: bool = False
    mark: bool = False


def now(show: ShowView) -> Now:
    """What is on the screen."""
    words = PHASES[show.phase]
    following = _following(show)
    next_title = following.title if following else ""
    next_note = note(following) if following else ""
    if show.phase is Phase.NONE:
        return Now(show.phase, words, "No event is loaded")
    if show.phase is Phase.OVER:
        return Now(show.phase, words, "That was the evening")
    item = _current(show)
    if item is None or show.phase is Phase.STANDBY:
        return Now(show.phase, words, show.title, next_title=next_title, next_note=next_note)
    left, left_words = _left(show)
    return Now(
        show.phase,
        words,
        item.title,
        KINDS[item.kind],
        left,
        left_words,
        passed_s=min(show.position_ms, show.duration_ms or 0) // 1000,
        length_s=(show.duration_ms or 0) // 1000,
        next_title=next_title or ("End of the evening" if following is None else ""),
        next_note=next_note,
    )


def keys(show: ShowView, nonce: str, *, away: bool = False) -> Keys:
    """Which keys mean something. PANIC is never taken away while there is an event."""
    phase = show.phase
    if phase is Phase.NONE or away:
        note_of_go = "The show is restarting" if away else ""
        return Keys(nonce, phase, show.visit, panic=phase is not Phase.NONE, go_note=note_of_go)
    item = _current(show)
    film_runs = phase is Phase.RUNNING and item is not None and item.kind in FILM_KINDS
    go = phase in {Phase.STANDBY, Phase.WAITING, Phase.PAUSED, Phase.HELD} or (
        phase is Phase.RUNNING and not film_runs
    )
    return Keys(
        nonce=nonce,
        phase=phase,
        visit=show.visit,
        go=go,
        go_note=_go_note(show, film_runs=film_runs),
        pause=phase is Phase.RUNNING,
        resume=phase in {Phase.PAUSED, Phase.PANIC} or _held_within(show),
        back=phase in _SHOWN | {Phase.OVER},
        next=phase in _SHOWN,
        hold=phase in _MOVING,
        standby=phase in {Phase.HELD, Phase.OVER},
        panic=phase is not Phase.PANIC,
        mark=show.capture_allowed,
    )


def _held_within(show: ShowView) -> bool:
    """Whether the show was stopped in the middle of an item, so that it can go on there."""
    within = show.duration_ms is None or show.position_ms < show.duration_ms
    return show.phase is Phase.HELD and show.index is not None and within


def _current(show: ShowView) -> ItemView | None:
    return None if show.index is None else show.items[show.index]


def _following(show: ShowView) -> ItemView | None:
    at = 0 if show.index is None or show.phase is Phase.STANDBY else show.index + 1
    return show.items[at] if at < len(show.items) and show.phase is not Phase.OVER else None


def _left(show: ShowView) -> tuple[str, str]:
    if show.duration_ms is None:
        return "", "Stands until GO"
    if show.phase is Phase.HELD:
        return "", "Waits for GO"
    if show.phase is Phase.WAITING:
        return "", "The next one follows by itself"
    return length(max(0, show.duration_ms - show.position_ms)), "left"


def note(item: ItemView) -> str:
    """How long an item lasts, in words."""
    return length(item.duration_ms) or "until GO"


def _go_note(show: ShowView, *, film_runs: bool) -> str:
    following = _following(show)
    match show.phase:
        case Phase.PAUSED:
            return "Play on"
        case Phase.RUNNING if film_runs:
            return "A film is running"
        case Phase.PANIC | Phase.OVER | Phase.NONE:
            return ""
        case _:
            return following.title if following else "End the evening"
