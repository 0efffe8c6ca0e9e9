"""What shall stand on the screen: a pure function of the event and where the show stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from appliance.model.event import Event
from appliance.model.picture import Card, Film, Picture, Screen
from appliance.model.programme import Advance, CardLayout, Item
from appliance.model.show_view import Phase
from appliance.show.machine import ShowState
from appliance.store.show_rows import LoadedEvent
from cache.media_store import media_path

CAMERA_NOTICE = "A camera is filming the room for this part."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What pictures need to know beside the event."""

    media: Path
    """Folder of the films."""
    portal_url: str
    box_name: str
    rate: float = 1.0
    """How fast films and countdowns run."""


def token(loaded: LoadedEvent, visit: int, item: Item) -> str:
    """Name one showing of ``item``: the same after a restart, another on the next visit."""
    return f"{loaded.show}.{visit}.{item.id}"


def idle(around: Surroundings) -> Screen:
    """The screen of a box that has no event."""
    return Screen(Card("idle", CardLayout.IDLE, around.box_name, ("Ready for its first event",)))


def wanted(
    loaded: LoadedEvent, state: ShowState, around: Surroundings, *, capture: bool, volume: float
) -> Screen:
    """The screen for ``state``; ``capture`` puts the camera notice on it."""
    event = loaded.event
    item = state.item(event.programme)
    match state.phase:
        case Phase.NONE:
            return idle(around)
        case Phase.STANDBY:
            return Screen(_standby(loaded, around))
        case Phase.HELD:
            return Screen(_calm(f"{loaded.show}.{state.visit}.held", event.title, "We go on in a moment."))
        case Phase.PANIC:
            return Screen(_calm(f"{loaded.show}.panic", "One moment, please", "Please keep your seats."))
        case Phase.OVER:
            return Screen(_over(loaded, state, item, around))
        case Phase.RUNNING | Phase.PAUSED:
            if item is None:
                return Screen(_standby(loaded, around))
            now = _picture(loaded, state, item, around, capture=capture)
            return Screen(now, _following(loaded, state, item, around), volume)
        case _:
            assert_never(state.phase)


def _following(loaded: LoadedEvent, state: ShowState, item: Item, around: Surroundings) -> Picture | None:
    items = loaded.event.programme.items
    after = (state.index or 0) + 1
    if not item.is_film or item.then is not Advance.AUTO or after >= len(items):
        return None
    entered = ShowState(Phase.RUNNING, after, state.visit + 1)
    return _picture(loaded, entered, items[after], around, capture=False)


def _picture(
    loaded: LoadedEvent, state: ShowState, item: Item, around: Surroundings, *, capture: bool
) -> Picture:
    paused = state.phase is Phase.PAUSED
    name = token(loaded, state.visit, item)
    if item.film is not None:
        medium = loaded.medium(item.film)
        path = media_path(around.media, medium.sha256)
        return Film(name, item.title, str(path), state.position_ms, paused=paused, rate=around.rate)
    remaining = None if item.seconds is None else max(0, item.seconds * 1000 - state.position_ms)
    return Card(
        f"{name}+camera" if capture else name,
        item.layout,
        item.title,
        item.lines,
        qr=around.portal_url if item.qr else None,
        remaining_ms=remaining,
        paused=paused,
        rate=around.rate,
        note=CAMERA_NOTICE if capture else "",
    )


def _standby(loaded: LoadedEvent, around: Surroundings) -> Card:
    event = loaded.event
    return Card(
        f"{loaded.show}.standby", CardLayout.IDLE, event.title, _when_and_where(event), qr=around.portal_url
    )


def _when_and_where(event: Event) -> tuple[str, ...]:
    when = f"Doors {event.doors:%H:%M}, start {event.starts:%H:%M}"
    return tuple(line for line in (event.venue.name, when) if line)


def _over(loaded: LoadedEvent, state: ShowState, item: Item | None, around: Surroundings) -> Picture:
    if item is not None and not item.is_film:
        return _picture(loaded, state, item, around, capture=False)
    event = loaded.event
    lines = (f"{event.organiser.name} thanks you for coming",)
    return Card(f"{loaded.show}.over", CardLayout.CLOSING, event.title, lines, qr=around.portal_url)


def _calm(name: str, title: str, line: str) -> Card:
    return Card(name, CardLayout.CALM, title, (line,))
