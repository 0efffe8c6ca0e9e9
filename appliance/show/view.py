"""The show as remotes see it."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.ids import DropId
from appliance.model.picture import ScreenStatus
from appliance.model.programme import HouseLights
from appliance.model.show_view import ItemView, ShowView
from appliance.show.machine import ShowState
from appliance.store.show_rows import LoadedEvent


@dataclass(frozen=True, slots=True)
class Room:
    """What is seen around the show: screen, lights, offers, faults."""

    status: ScreenStatus | None
    player: str
    lights: HouseLights
    volume: float
    open_drops: tuple[DropId, ...]
    capture: bool
    faults: tuple[str, ...]


def view(loaded: LoadedEvent | None, state: ShowState, room: Room) -> ShowView:
    """Put together what a remote shows."""
    shown = room.status or ScreenStatus()
    if loaded is None:
        return ShowView(state.phase, player=room.player, screen=shown, faults=room.faults)
    event = loaded.event
    items = tuple(
        ItemView(item.id, item.title, item.kind, loaded.duration_ms(item), item.capture)
        for item in event.programme.items
    )
    return ShowView(
        phase=state.phase,
        event=event.id,
        title=event.title,
        show=loaded.show,
        items=items,
        index=state.index,
        position_ms=state.position_ms,
        duration_ms=None if state.index is None else items[state.index].duration_ms,
        lights=room.lights,
        volume=room.volume,
        open_drops=room.open_drops,
        capture_allowed=room.capture,
        player=room.player,
        screen=shown,
        faults=room.faults,
    )
