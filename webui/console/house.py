"""The house as rows tell it: films, people, offers. Read from the files of other services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from appliance.errors import MatineeError
from appliance.ids import DropId
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceCounts, AudienceRows
from appliance.store.offer_rows import OfferRows, Pile, left_of
from appliance.store.show_rows import LoadedEvent, ShowRows
from cache.media_store import media_path

Rows = TypeVar("Rows")


@dataclass(frozen=True, slots=True)
class Offer:
    """A drop, and how much of it is left."""

    id: str
    title: str
    stock: int
    left: int
    low: bool = False
    """As few are left as the evening's plan wants stewards to be told of."""
    waiting: int = 0
    """People who would take one if more came."""

    @property
    def words(self) -> str:
        """``4 of 7 left``, ``low: 1 of 7 left, 2 wait``."""
        waiting = f", {self.waiting} wait" if self.waiting else ""
        return f"{'low: ' if self.low else ''}{self.left} of {self.stock} left{waiting}"


@dataclass(frozen=True, slots=True)
class HouseView:
    """What the rows say now."""

    event: str = ""
    language: str = "en"
    """Of the evening."""
    title: str = ""
    doors: datetime | None = None
    films: int = 0
    films_ready: int = 0
    signed_up: int = 0
    news: int = 0
    """People who want to hear of the next evenings."""
    offers: tuple[Offer, ...] = ()


class House:
    """Opens each file once it is there. Safe to use from any thread."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened before it is asked."""
        self._paths = paths
        self._show: ShowRows | None = None
        self._audience: AudienceRows | None = None

    def look(self) -> HouseView:
        """As of now; empty while no event is loaded."""
        self._show = self._show or _once_there(lambda: ShowRows.reader(self._paths))
        self._audience = self._audience or _once_there(lambda: AudienceRows.reader(self._paths))
        loaded = self._show.loaded() if self._show else None
        if loaded is None:
            return HouseView()
        event = loaded.event
        counts = self._audience.counts(event.id) if self._audience else AudienceCounts(0, {}, {})
        films, ready = self._films(loaded)
        piles = self._piles(event)
        return HouseView(
            event=event.id,
            language=event.language,
            title=event.title,
            doors=event.doors,
            films=films,
            films_ready=ready,
            signed_up=counts.signed_up,
            news=counts.purposes.get("news", 0),
            offers=tuple(_offer(drop, piles) for drop in event.drops),
        )

    def titles(self) -> Mapping[str, str]:
        """What the items of the evening that is loaded are called, by id."""
        self._show = self._show or _once_there(lambda: ShowRows.reader(self._paths))
        loaded = self._show.loaded() if self._show else None
        return {} if loaded is None else {item.id: item.title for item in loaded.event.programme.everything}

    def _piles(self, event: Event) -> Mapping[DropId, Mapping[str, Pile]]:
        if self._audience is not None:
            return OfferRows(self._audience.database).piles(event)
        return {
            drop.id: {kind: Pile(drop.stock_of(kind) or 0, 0) for kind in drop.kinds} for drop in event.drops
        }

    def _films(self, loaded: LoadedEvent) -> tuple[int, int]:
        media = loaded.packing.media
        return len(media), sum(media_path(self._paths.media, film.sha256).is_file() for film in media)


def _offer(drop: Drop, piles: Mapping[DropId, Mapping[str, Pile]]) -> Offer:
    kinds, left = piles[drop.id].values(), left_of(drop, piles)
    low = bool(drop.low) and left <= drop.low
    stock, waiting = sum(one.stock for one in kinds), sum(one.waiting for one in kinds)
    return Offer(drop.id, drop.title, stock, left, low, waiting)


def _once_there(open_rows: Callable[[], Rows]) -> Rows | None:
    try:
        return open_rows()
    except MatineeError as fault:
        if fault.key != "store.missing":
            raise
        return None
