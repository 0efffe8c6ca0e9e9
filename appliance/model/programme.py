"""The programme: the ordered items of an evening."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from appliance.ids import ItemId, Sha256

PositionMs = NewType("PositionMs", int)
"""Milliseconds of media or of a timed card since the item began. Media time is not wall time."""


class ItemKind(StrEnum):
    """What an item is to the house."""

    FEATURE = "feature"
    SHORT = "short"
    TRAILER = "trailer"
    CARD = "card"
    BACKDROP = "backdrop"
    INTERMISSION = "intermission"
    LIVE = "live"


FILM_KINDS = frozenset({ItemKind.FEATURE, ItemKind.SHORT, ItemKind.TRAILER})
"""Kinds that play media to its end. They are never filmed."""


class CardLayout(StrEnum):
    """How a card is composed."""

    IDLE = "idle"
    TITLE = "title"
    COUNTDOWN = "countdown"
    INTERMISSION = "intermission"
    LIVE = "live"
    CLOSING = "closing"
    CALM = "calm"


class HouseLights(StrEnum):
    """The three states of the lights in the room."""

    UP = "up"
    HALF = "half"
    DOWN = "down"


class Advance(StrEnum):
    """What happens at the end of an item: the next one follows, or the picture stands until GO."""

    AUTO = "auto"
    GO = "go"


@dataclass(frozen=True, slots=True)
class Media:
    """One file of the packing list."""

    name: str
    sha256: Sha256
    size_bytes: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the programme: a film, or a composed card, timed or standing."""

    id: ItemId
    kind: ItemKind
    title: str
    film: str | None = None
    """Name of the media in the packing list; films have one, cards have none."""
    seconds: int | None = None
    """How long a card stands; None: until GO. Films take their length from the media."""
    layout: CardLayout = CardLayout.TITLE
    lines: tuple[str, ...] = ()
    qr: bool = False
    """Show the QR code that opens the portal."""
    lights: HouseLights = HouseLights.DOWN
    then: Advance = Advance.AUTO
    capture: bool = False
    """Whether the house may be filmed during this item. Unknown means no; a film is never filmed."""

    @property
    def is_film(self) -> bool:
        """Whether this item plays media to its end."""
        return self.kind in FILM_KINDS


@dataclass(frozen=True, slots=True)
class Programme:
    """The ordered items, immutable once the show has begun."""

    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        """At least one item, and no two of one id."""
        ids = [item.id for item in self.items]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError(ids)

    def index(self, item: ItemId) -> int:
        """Place of ``item``; ``KeyError`` if it is not on the programme."""
        for index, candidate in enumerate(self.items):
            if candidate.id == item:
                return index
        raise KeyError(item)
