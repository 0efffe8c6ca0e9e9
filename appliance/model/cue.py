"""Cues: a logical signal at a moment, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.ids import CueId, DropId, ItemId
from appliance.model.picture import OverlayKind
from appliance.model.programme import HouseLights


class When(StrEnum):
    """The moment of a cue."""

    ENTRY = "entry"
    AT = "at"
    BEFORE_END = "before_end"
    GO = "go"
    """Standing until the operator fires it by name."""
    CLOCK = "clock"
    """At a wall time, by a clock that may be believed."""
    OUTSIDE = "outside"
    """When another program says its trigger's name: OSC, HTTP."""


@dataclass(frozen=True, slots=True)
class SetLights:
    """House lights to a state, over ``fade_s`` seconds; None: as the room is used to."""

    lights: HouseLights
    fade_s: float | None = None


@dataclass(frozen=True, slots=True)
class SetDimmer:
    """House lights to a level: 0 dark, 1 full."""

    level: float
    fade_s: float | None = None


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Volume of the film: 0 silent, 1 full, linear amplitude; over ``fade_s`` seconds."""

    level: float
    fade_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Other words on the card that stands. A film is never covered: it has overlays."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HideCard:
    """The card's own words again."""


@dataclass(frozen=True, slots=True)
class ShowOverlay:
    """Something over the running picture, until it is hidden or the item ends."""

    id: str
    kind: OverlayKind
    title: str = ""
    line: str = ""
    drop: DropId | None = None


@dataclass(frozen=True, slots=True)
class HideOverlay:
    """Take it away."""

    id: str


@dataclass(frozen=True, slots=True)
class OpenDrop:
    """From now on one of it may be taken."""

    drop: DropId


@dataclass(frozen=True, slots=True)
class CloseDrop:
    """From now on none of it may be taken."""

    drop: DropId


@dataclass(frozen=True, slots=True)
class CallMembers:
    """A sentence on every attendee's phone, until the next one. An empty one takes it away."""

    text: str
    asks: bool = False
    """To become a member: only on pass pages, and only for who may be asked."""


@dataclass(frozen=True, slots=True)
class TellOperators:
    """A sentence on every remote, until the item ends."""

    text: str


@dataclass(frozen=True, slots=True)
class BeginCapture:
    """Film the house until the item ends; the item must allow it."""


Action = (
    SetLights
    | SetDimmer
    | SetVolume
    | ShowCard
    | HideCard
    | ShowOverlay
    | HideOverlay
    | OpenDrop
    | CloseDrop
    | CallMembers
    | TellOperators
    | BeginCapture
)


@dataclass(frozen=True, slots=True)
class Cue:
    """One moment and all that it does."""

    id: CueId
    item: ItemId | None
    """None: of the whole evening; it fires once a show. Only for ``clock`` and ``outside``."""
    when: When
    actions: tuple[Action, ...]
    seconds: float = 0.0
    """For ``at``: after entry; for ``before_end``: before the end."""
    time: datetime | None = None
    """For ``clock``."""
    trigger: str = ""
    """For ``outside``: what the other program says."""
