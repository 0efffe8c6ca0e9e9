"""The timeline: pure functions of programme, cues, position and a wall time that they are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import CueId, DropId, ItemId
from appliance.model.cue import (
    Action,
    BeginCapture,
    CallMembers,
    CloseDrop,
    Cue,
    HideCard,
    HideOverlay,
    OpenDrop,
    SetDimmer,
    SetLights,
    SetVolume,
    ShowCard,
    ShowOverlay,
    TellOperators,
    When,
)
from appliance.model.lighting import Lighting, look_of
from appliance.model.programme import Item


@dataclass(frozen=True, slots=True)
class Loudness:
    """Volume 0 to 1, linear amplitude, and how long it takes to get there."""

    level: float = 1.0
    fade_s: float = 0.0


def moment_ms(cue: Cue, duration_ms: int | None) -> int | None:
    """When ``cue`` falls due, in ms since its item began; None if position alone does not decide."""
    match cue.when:
        case When.ENTRY:
            return 0
        case When.AT:
            return round(cue.seconds * 1000)
        case When.BEFORE_END:
            return None if duration_ms is None else max(0, duration_ms - round(cue.seconds * 1000))
        case When.GO | When.CLOCK | When.OUTSIDE:
            return None


def due(
    cues: Iterable[Cue], item: ItemId, position_ms: int, duration_ms: int | None, fired: Collection[CueId]
) -> tuple[Cue, ...]:
    """Cues of ``item`` whose moment has come by ``position_ms`` and that have not fired in this visit.

    In order of their moments. A jump forward fires what it jumped over, within the item.
    """
    ready = [
        (moment, cue)
        for cue in cues
        if cue.item == item
        and cue.id not in fired
        and (moment := moment_ms(cue, duration_ms)) is not None
        and moment <= position_ms
    ]
    return tuple(cue for _, cue in sorted(ready, key=lambda pair: pair[0]))


def due_by_clock(
    cues: Iterable[Cue], item: ItemId | None, now: datetime, since: datetime, fired: Collection[CueId]
) -> tuple[Cue, ...]:
    """Cues of the clock, of ``item`` or of the whole evening, whose time has come after ``since``.

    In order of their times. What is older than ``since`` was missed and stays so.
    """
    ready = [
        (cue.time, cue)
        for cue in cues
        if cue.when is When.CLOCK
        and cue.time is not None
        and cue.item in {None, item}
        and cue.id not in fired
        and since < cue.time <= now
    ]
    return tuple(cue for _, cue in sorted(ready, key=lambda pair: pair[0]))


def triggered(cues: Iterable[Cue], item: ItemId | None, trigger: str) -> tuple[Cue, ...]:
    """Cues that ``trigger`` fires while ``item`` is on."""
    return tuple(
        cue
        for cue in cues
        if cue.when is When.OUTSIDE and cue.trigger == trigger and cue.item in {None, item}
    )


def actions_of(cues: Iterable[Cue], fired: Iterable[CueId]) -> tuple[Action, ...]:
    """What the fired cues did, in the order they fired; unknown ids (an older manifest's) do nothing."""
    known = {cue.id: cue for cue in cues}
    return tuple(action for cue_id in fired if cue_id in known for action in known[cue_id].actions)


def lights(item: Item, actions: Iterable[Action]) -> Lighting:
    """House lights in ``item`` after ``actions`` of this visit."""
    state = Lighting(item.lights)
    for action in actions:
        if isinstance(action, SetLights):
            state = Lighting(action.lights, fade_s=action.fade_s)
        elif isinstance(action, SetDimmer):
            state = Lighting(look_of(action.level), action.level, action.fade_s)
    return state


def volume(actions: Iterable[Action]) -> Loudness:
    """Volume after ``actions`` of this visit; full where no cue says otherwise."""
    state = Loudness()
    for action in actions:
        if isinstance(action, SetVolume):
            state = Loudness(action.level, action.fade_s)
    return state


def card(actions: Iterable[Action]) -> ShowCard | None:
    """The words that stand instead of the card's own."""
    standing: ShowCard | None = None
    for action in actions:
        if isinstance(action, ShowCard):
            standing = action
        elif isinstance(action, HideCard):
            standing = None
    return standing


def overlays(actions: Iterable[Action]) -> tuple[ShowOverlay, ...]:
    """What lies over the picture, in the order it came; the same id again replaces it."""
    standing: dict[str, ShowOverlay] = {}
    for action in actions:
        if isinstance(action, ShowOverlay):
            standing.pop(action.id, None)
            standing[action.id] = action
        elif isinstance(action, HideOverlay):
            standing.pop(action.id, None)
    return tuple(standing.values())


def capture_wanted(item: Item, actions: Iterable[Action]) -> bool:
    """Whether the house is to be filmed: the item allows it, is no film, and a cue of this visit began it."""
    return item.capture and not item.is_film and any(isinstance(action, BeginCapture) for action in actions)


def told(actions: Iterable[Action]) -> tuple[str, ...]:
    """What operators are told in this visit."""
    return tuple(action.text for action in actions if isinstance(action, TellOperators))


def call(actions: Iterable[Action]) -> CallMembers:
    """What attendees are told after ``actions`` of the whole show; an empty text: nothing."""
    said = [action for action in actions if isinstance(action, CallMembers)]
    return said[-1] if said else CallMembers("")


def open_drops(actions: Iterable[Action]) -> tuple[DropId, ...]:
    """Drops open after ``actions`` of the whole show, in the order they opened."""
    standing: dict[DropId, None] = {}
    for action in actions:
        if isinstance(action, OpenDrop):
            standing[action.drop] = None
        elif isinstance(action, CloseDrop):
            standing.pop(action.drop, None)
    return tuple(standing)
