"""The timeline: pure functions of programme, cues and position. Nothing here knows the time."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from appliance.ids import CueId, DropId, ItemId
from appliance.model.cue import Action, BeginCapture, CloseDrop, Cue, OpenDrop, SetLights, SetVolume, When
from appliance.model.programme import HouseLights, Item


def moment_ms(cue: Cue, duration_ms: int | None) -> int | None:
    """When ``cue`` falls due, in ms since its item began; None if only a hand, or a missing end, decides."""
    match cue.when:
        case When.ENTRY:
            return 0
        case When.AT:
            return round(cue.seconds * 1000)
        case When.BEFORE_END:
            return None if duration_ms is None else max(0, duration_ms - round(cue.seconds * 1000))
        case When.GO:
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


def actions_of(cues: Iterable[Cue], fired: Iterable[CueId]) -> tuple[Action, ...]:
    """What the fired cues did, in the order they fired; unknown ids (an older manifest's) do nothing."""
    known = {cue.id: cue for cue in cues}
    return tuple(action for cue_id in fired if cue_id in known for action in known[cue_id].actions)


def lights(item: Item, actions: Iterable[Action]) -> HouseLights:
    """House lights in ``item`` after ``actions`` of this visit."""
    state = item.lights
    for action in actions:
        if isinstance(action, SetLights):
            state = action.lights
    return state


def volume(actions: Iterable[Action]) -> float:
    """Volume after ``actions`` of this visit; full where no cue says otherwise."""
    level = 1.0
    for action in actions:
        if isinstance(action, SetVolume):
            level = action.level
    return level


def capture_wanted(item: Item, actions: Iterable[Action]) -> bool:
    """Whether the house is to be filmed: the item allows it, is no film, and a cue of this visit began it."""
    return item.capture and not item.is_film and any(isinstance(action, BeginCapture) for action in actions)


def open_drops(actions: Iterable[Action]) -> tuple[DropId, ...]:
    """Drops open after ``actions`` of the whole show, in the order they opened."""
    standing: dict[DropId, None] = {}
    for action in actions:
        if isinstance(action, OpenDrop):
            standing[action.drop] = None
        elif isinstance(action, CloseDrop):
            standing.pop(action.drop, None)
    return tuple(standing)
