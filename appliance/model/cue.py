"""Cues: a logical signal at a moment, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.ids import CueId, DropId, ItemId
from appliance.model.programme import HouseLights


class When(StrEnum):
    """The moment of a cue within its item."""

    ENTRY = "entry"
    AT = "at"
    BEFORE_END = "before_end"
    GO = "go"
    """Standing until the operator fires it by name."""


@dataclass(frozen=True, slots=True)
class SetLights:
    """House lights to a state."""

    lights: HouseLights


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Volume of the film: 0 silent, 1 full, linear amplitude."""

    level: float


@dataclass(frozen=True, slots=True)
class OpenDrop:
    """From now on one of it may be taken."""

    drop: DropId


@dataclass(frozen=True, slots=True)
class CloseDrop:
    """From now on none of it may be taken."""

    drop: DropId


@dataclass(frozen=True, slots=True)
class BeginCapture:
    """Film the house until the item ends; the item must allow it."""


Action = SetLights | SetVolume | OpenDrop | CloseDrop | BeginCapture


@dataclass(frozen=True, slots=True)
class Cue:
    """One moment and all that it does."""

    id: CueId
    item: ItemId
    when: When
    actions: tuple[Action, ...]
    seconds: float = 0.0
    """For ``at``: after entry; for ``before_end``: before the end."""
