"""The programme: the ordered items of an evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from appliance.ids import ItemId, Sha256
from appliance.model.stream_source import StreamSource

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
class Subtitles:
    """One subtitle file of a film, in UTF-8: SubRip or ASS, by its ending."""

    language: str
    """BCP 47, as in the file's name; empty if that names none."""
    path: str
    """Relative to the event's folder."""
    label: str = ""
    """What else its name says: ``forced``, ``sdh``."""
    sha256: str = ""
    """Under this hash it was published; empty: it was brought by hand."""
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class CardPicture:
    """One picture that a card shows, made a PNG that fits a projector."""

    name: str
    """As the manifest calls it."""
    sha256: str = ""
    """Of the PNG as it was published; empty: it was brought by hand."""
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Media:
    """One file of the packing list."""

    name: str
    sha256: Sha256
    size_bytes: int
    duration_ms: int
    gain_db: float = 0.0
    """What brings its sound to the loudness that all films share; measured at import."""
    blocks_root: str = ""
    """Merkle root over the SHA-256 of each MiB (cache/blocks.py); empty: the list is older than these."""
    blocks: str = ""
    """These hashes, base64: a damaged block is named and brought alone."""
    subtitles: tuple[Subtitles, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the programme: a film, or a composed card, timed or standing."""

    id: ItemId
    kind: ItemKind
    title: str
    film: str | None = None
    """Name of the media in the packing list: every film has one, a backdrop may, to be looped."""
    stream: StreamSource | None = None
    """Of a live item: what is seen whenever it is there; else the card."""
    seconds: int | None = None
    """How long a card stands; None: until GO. Films take their length from the media."""
    layout: CardLayout = CardLayout.TITLE
    lines: tuple[str, ...] = ()
    picture: str = ""
    """The file beside the manifest that a card shows instead of its words; empty: it is composed."""
    qr: bool = False
    """Show the QR code that opens the portal."""
    qr_public: bool = False
    """It opens the public page instead: the same form over mobile data, for when the Wi-Fi is full."""
    qr_watch: bool = False
    """It opens the moments of tonight instead."""
    lights: HouseLights = HouseLights.DOWN
    then: Advance = Advance.AUTO
    capture: bool = False
    """Whether the house may be filmed during this item. Unknown means no; a film is never filmed."""
    listen: bool = False
    """Whether the room may be heard during this film, and nothing of it kept. Unknown means no."""
    poll: tuple[str, ...] = ()
    """Answers that phones may choose from while it is on; its title is the question."""
    questions: bool = False
    """Whether phones may ask something during this item. Never during a film."""
    wait_before_s: float = 0.0
    """Between being called and beginning."""
    wait_after_s: float = 0.0
    """Between its end and what follows."""
    at: datetime | None = None
    """Enters by itself at this wall time if it is the next, and never before it."""

    @property
    def is_film(self) -> bool:
        """Whether this item plays media to its end."""
        return self.kind in FILM_KINDS


@dataclass(frozen=True, slots=True)
class Programme:
    """The ordered items. Once the show has begun, a change of it is another version with its reason."""

    items: tuple[Item, ...]
    reserves: tuple[Item, ...] = ()
    """Items that are ready but not on: to be swapped in."""

    def __post_init__(self) -> None:
        """At least one item, and no two of one id."""
        ids = [item.id for item in self.everything]
        if not self.items or len(set(ids)) != len(ids):
            raise ValueError(ids)

    @property
    def everything(self) -> tuple[Item, ...]:
        """Items and reserves: whatever may be shown tonight."""
        return (*self.items, *self.reserves)

    @property
    def pictures(self) -> tuple[str, ...]:
        """Files that cards show, each once."""
        return tuple(sorted({item.picture for item in self.everything if item.picture}))

    @property
    def streams(self) -> tuple[StreamSource, ...]:
        """Streams of tonight, in an order that no change of the programme changes."""
        found = {item.id: item.stream for item in self.everything if item.stream is not None}
        return tuple(found[item] for item in sorted(found))

    def index(self, item: ItemId) -> int:
        """Place of ``item``; ``KeyError`` if it is not on the programme."""
        for index, candidate in enumerate(self.items):
            if candidate.id == item:
                return index
        raise KeyError(item)

    def item(self, item: ItemId) -> Item:
        """The item of that id; ``KeyError`` if it is not on the programme."""
        return self.items[self.index(item)]

    def after(self, item: ItemId | None) -> Item | None:
        """What follows ``item``, at first the first; None after the last."""
        following = 0 if item is None else self.index(item) + 1
        return self.items[following] if following < len(self.items) else None

    def before(self, item: ItemId) -> Item | None:
        """What went before ``item``; None before the first."""
        index = self.index(item)
        return self.items[index - 1] if index else None
