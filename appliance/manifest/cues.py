"""Make cues of ``[[cue]]`` tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import CueId, DropId, ItemId
from appliance.manifest.asking import ask
from appliance.manifest.document import ActionTable, CueTable, OverlayTable
from appliance.manifest.faults import Faults
from appliance.manifest.moments import moment
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
from appliance.model.picture import OverlayKind
from appliance.model.programme import Item

_FREE = frozenset({When.CLOCK, When.OUTSIDE})
"""Moments that a cue of the whole evening may have."""
_FADING = ("lights", "dimmer", "volume")


@dataclass(frozen=True, slots=True)
class Known:
    """What cues may speak of."""

    items: Mapping[str, Item]
    drops: frozenset[str]
    doors: datetime
    tiers: tuple[str, ...] = ()
    """A line for each membership that is offered."""


def make_cue(faults: Faults, place: str, table: CueTable, known: Known) -> Cue:
    """Return the cue of ``table``, which stands at ``place``."""
    _check_moment(faults, place, table)
    item = None
    if table.item is not None:
        item = known.items.get(table.item)
        if item is None:
            faults.fail(
                f"{place}.item", f'there is no item "{table.item}"', "Name an item of this programme."
            )
    actions = tuple(
        action
        for at, said in enumerate(table.do)
        for action in _actions(faults, f"{place}.do[{at}]", said, item, known)
    )
    return Cue(
        CueId(table.id),
        None if table.item is None else ItemId(table.item),
        table.on,
        actions,
        table.seconds,
        time=None if table.time is None else moment(faults, f"{place}.time", table.time, known.doors),
        trigger=(table.trigger or table.id) if table.on is When.OUTSIDE else "",
    )


def _check_moment(faults: Faults, place: str, table: CueTable) -> None:
    if table.item is None and table.on not in _FREE:
        faults.fail(
            f"{place}.on",
            f"a cue on {table.on} belongs to an item",
            "Add item, or make it on clock or outside.",
        )
    if (table.on is When.CLOCK) != (table.time is not None):
        faults.fail(
            f"{place}.on", "on = clock and time belong together", 'Write on = "clock", time = "21:30".'
        )
    if table.trigger is not None and table.on is not When.OUTSIDE:
        faults.fail(f"{place}.trigger", "only on = outside has a trigger", "Remove trigger.")


def _actions(
    faults: Faults, place: str, table: ActionTable, item: Item | None, known: Known
) -> tuple[Action, ...]:
    said = {name for name in table.__struct_fields__ if name != "fade_s" and getattr(table, name) is not None}
    if len(said) != 1:
        faults.fail(place, "an action says exactly one thing", 'Write one key each: {open_drop = "poster"}.')
    if table.fade_s is not None and said.isdisjoint(_FADING):
        faults.fail(place, "nothing fades here", f"fade_s goes with {', '.join(_FADING)}.")
    overlay = table.overlay
    for drop in (table.open_drop, table.close_drop, overlay.drop if overlay else None):
        if drop is not None and drop not in known.drops:
            faults.fail(place, f'there is no drop "{drop}"', "Name a [[drop]] of this event.")
    if table.capture is not None and not (table.capture and item is not None and item.capture):
        name = "the whole evening" if item is None else f'"{item.id}"'
        faults.fail(place, f"{name} may not be filmed", "Write capture = true in that item, or remove this.")
    if (table.card is not None or table.hide_card) and (item is None or item.is_film):
        faults.fail(place, "a card would cover a film here", "Use overlay, or name an item that is a card.")
    if overlay is not None:
        _check_overlay(faults, place, overlay)
    if table.ask_members is not None:
        if not known.tiers:
            faults.fail(place, "there is nothing to become", "Add a [[tier]] to this event.")
        return ask(table.ask_members, known.tiers, item)
    return (_made(table),)


def _check_overlay(faults: Faults, place: str, overlay: OverlayTable) -> None:
    if overlay.kind is OverlayKind.LEFT and overlay.drop is None:
        faults.fail(
            place, "it counts nothing", 'Name the drop: {overlay = {id = "a", kind = "left", drop = "b"}}.'
        )
    if overlay.kind is OverlayKind.LOWER_THIRD and not overlay.title:
        faults.fail(place, "a lower third without words", 'Add title = "Who this is".')
    if overlay.kind is OverlayKind.WORDS and not overlay.title:
        faults.fail(place, "a panel without words", 'Add title = "What it says".')


def _made(table: ActionTable) -> Action:  # noqa: C901 one line for each kind of action
    if table.lights is not None:
        return SetLights(table.lights, table.fade_s)
    if table.dimmer is not None:
        return SetDimmer(table.dimmer, table.fade_s)
    if table.volume is not None:
        return SetVolume(table.volume, table.fade_s or 0.0)
    if table.card is not None:
        return ShowCard(table.card.title, tuple(table.card.lines))
    if table.hide_card is not None:
        return HideCard()
    if table.overlay is not None:
        over = table.overlay
        drop = None if over.drop is None else DropId(over.drop)
        return ShowOverlay(over.id, over.kind, over.title, over.line, drop)
    if table.hide_overlay is not None:
        return HideOverlay(table.hide_overlay)
    if table.open_drop is not None:
        return OpenDrop(DropId(table.open_drop))
    if table.close_drop is not None:
        return CloseDrop(DropId(table.close_drop))
    if table.call_members is not None:
        return CallMembers(table.call_members)
    if table.tell_operators is not None:
        return TellOperators(table.tell_operators)
    return BeginCapture()
