"""The show as remotes see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from appliance.ids import CueId, DropId
from appliance.model.callout import Callout
from appliance.model.cue import Cue
from appliance.model.picture import ScreenStatus
from appliance.model.programme import Item
from appliance.model.show_view import CueView, ItemView, ShowView
from appliance.model.viewing import USUAL, Viewing
from appliance.show.machine import ShowState
from appliance.show.standing import Standing
from appliance.store.show_rows import LoadedEvent


@dataclass(frozen=True, slots=True)
class Room:
    """What is seen around the show: screen, lights, offers, faults."""

    status: ScreenStatus | None
    player: str
    standing: Standing
    fired: Collection[CueId]
    open_drops: tuple[DropId, ...]
    call: str
    waits_s: float | None
    faults: tuple[str, ...]
    turned: float = 1.0
    viewing: Viewing = USUAL
    callout: Callout | None = None


def view(loaded: LoadedEvent | None, state: ShowState, room: Room) -> ShowView:
    """Put together what a remote shows."""
    stands = room.standing
    bare = ShowView(
        state.phase,
        player=room.player,
        screen=room.status or ScreenStatus(),
        faults=room.faults,
        lights=stands.lighting.look,
        level=stands.lighting.level,
        volume=stands.loudness.level,
        turned=room.turned,
        viewing=room.viewing,
        callout=room.callout,
    )
    if loaded is None:
        return bare
    event = loaded.event
    item = state.item(event.programme)
    return replace(
        bare,
        event=event.id,
        title=event.title,
        show=loaded.show,
        items=tuple(_item(loaded, item) for item in event.programme.items),
        index=None if item is None else event.programme.index(item.id),
        position_ms=state.position_ms,
        duration_ms=None if item is None else loaded.duration_ms(item),
        open_drops=room.open_drops,
        capture_allowed=stands.capture,
        listening_allowed=stands.listen and not stands.listen_notice,
        visit=state.visit,
        version=loaded.version.number if loaded.version else 1,
        late_s=loaded.version.late_s if loaded.version else 0,
        waits_s=room.waits_s,
        reserves=tuple(_item(loaded, item) for item in event.programme.reserves),
        cues=tuple(_cue(cue, room.fired) for cue in event.cues if cue.item in {None, state.current}),
        messages=stands.messages,
        call=room.call,
        languages=_languages(loaded),
    )


def _languages(loaded: LoadedEvent) -> tuple[str, ...]:
    named = [item.film for item in loaded.event.programme.everything if item.film]
    found = {words.language for film in named for words in loaded.medium(film).subtitles}
    return tuple(sorted(found - {""}))


def _item(loaded: LoadedEvent, item: Item) -> ItemView:
    return ItemView(
        item.id, item.title, item.kind, loaded.duration_ms(item), item.capture, item.at, item.listen
    )


def _cue(cue: Cue, fired: Collection[CueId]) -> CueView:
    return CueView(cue.id, cue.item or "", cue.when, cue.id in fired, cue.time)
