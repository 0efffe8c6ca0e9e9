"""The evening as the portal sees it, from rows that others write."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import DropId, ItemId, Sha256
from appliance.model.event import Event
from appliance.model.poll import PollNow
from appliance.model.programme import FILM_KINDS, Item, ItemKind, Media, Subtitles
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.store.show_rows import LoadedEvent, ShowRows, Step

_ON_SCREEN = frozenset({Phase.RUNNING, Phase.WAITING, Phase.PAUSED, Phase.HELD, Phase.PANIC})


@dataclass(frozen=True, slots=True)
class Trailer:
    """A film of tonight that may be watched on phones."""

    title: str
    sha256: Sha256
    film: str = ""
    """What the programme calls it."""
    subtitles: tuple[Subtitles, ...] = ()
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Tonight:
    """The event that is on, and where it stands."""

    event: Event
    opened: Mapping[DropId, datetime] = field(default_factory=dict)
    """Drops that cues hold open, and since when. A hand may overrule them."""
    current: int | None = None
    """Place on the programme of what is on screen; None before and after the show."""
    lengths_ms: Mapping[str, int] = field(default_factory=dict)
    """Length of films, by the name the programme calls them."""
    trailers: tuple[Trailer, ...] = ()
    films: tuple[Trailer, ...] = ()
    """All of tonight's, trailers too: their words and described sound may be had on phones."""
    call: str = ""
    """What everybody is called to, in the organiser's words; empty: nothing."""
    asks: str = ""
    """The same, where it asks to become a member: told only to who may be asked."""
    extras: Mapping[str, Trailer] = field(default_factory=dict)
    """Films beside the show, by the id of their extra."""
    talk: ItemId | None = None
    """The part that is on, where phones may ask something during it."""
    poll: PollNow | None = None
    """What phones may answer now."""
    ends: bool = False
    """The last part is on, or the show is over: one may say how it was."""

    def length_ms(self, item: Item) -> int | None:
        """How long ``item`` lasts; None if nobody knows beforehand."""
        if item.is_film and item.film is not None:
            return self.lengths_ms.get(item.film)
        return None if item.seconds is None else item.seconds * 1000


class EventSource(Protocol):
    """Where the portal learns what is on tonight."""

    def tonight(self) -> Tonight | None:
        """As of now; None if no event is loaded."""
        ...


class ShowEvents:
    """Reads ``show.db``, once it is there."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened before it is asked."""
        self._paths = paths
        self._first = threading.Lock()
        self._rows: ShowRows | None = None
        self._seen: tuple[int, Tonight | None] | None = None

    def tonight(self) -> Tonight | None:
        """What the show loaded and how far it has come; read anew only when the show has written since."""
        with self._first:
            rows = self._opened()
        if rows is None:
            return None
        version = rows.database.data_version()
        seen = self._seen
        if seen is None or seen[0] != version:
            seen = self._seen = (version, self._read(rows))
        return seen[1]

    def _read(self, rows: ShowRows) -> Tonight | None:
        with self._first:  # parsed once
            loaded = rows.loaded()
        if loaded is None:
            return None
        step = rows.last_step(loaded.show)
        said = rows.call()
        current = step.item if step is not None and step.phase in _ON_SCREEN else None
        return Tonight(
            loaded.event,
            rows.opened(),
            current,
            _lengths_ms(loaded),
            _films(loaded, frozenset({ItemKind.TRAILER})),
            call="" if said.asks else said.text,
            asks=said.text if said.asks else "",
            extras=_extras(loaded),
            films=_films(loaded, FILM_KINDS),
            talk=_talk(loaded, step),
            poll=_poll(loaded, step),
            ends=_ends(loaded, step),
        )

    def _opened(self) -> ShowRows | None:
        if self._rows is None:
            try:
                self._rows = ShowRows.reader(self._paths)
            except MatineeError as fault:
                if fault.key != "store.missing":
                    raise
        return self._rows


def _item_on(loaded: LoadedEvent, step: Step | None) -> Item | None:
    if step is None or step.item is None or step.phase not in {Phase.RUNNING, Phase.PAUSED}:
        return None
    return loaded.event.programme.items[step.item]


def _talk(loaded: LoadedEvent, step: Step | None) -> ItemId | None:
    item = _item_on(loaded, step)
    return item.id if item is not None and item.questions else None


def _poll(loaded: LoadedEvent, step: Step | None) -> PollNow | None:
    item = _item_on(loaded, step)
    return PollNow(loaded.show, item.id, item.title, item.poll) if item is not None and item.poll else None


def _ends(loaded: LoadedEvent, step: Step | None) -> bool:
    if step is None:
        return False
    last = len(loaded.event.programme.items) - 1
    return step.phase is Phase.OVER or (step.phase in _ON_SCREEN and step.item == last)


def _lengths_ms(loaded: LoadedEvent) -> dict[str, int]:
    return {medium.name: medium.duration_ms for medium in loaded.packing.media}


def _films(loaded: LoadedEvent, kinds: frozenset[ItemKind]) -> tuple[Trailer, ...]:
    return tuple(
        _film(item.title, item.film, loaded.medium(item.film))
        for item in loaded.event.programme.items
        if item.kind in kinds and item.film is not None
    )


def _extras(loaded: LoadedEvent) -> dict[str, Trailer]:
    """A film that an older packing list does not name yet is left out."""
    found = ((extra, loaded.packing.of(extra.film)) for extra in loaded.event.extras)
    return {extra.id: _film(extra.title, extra.film, medium) for extra, medium in found if medium is not None}


def _film(title: str, name: str, medium: Media) -> Trailer:
    return Trailer(title, medium.sha256, name, medium.subtitles, medium.duration_ms)
