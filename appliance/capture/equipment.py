"""What filming is made with: a camera, its signs, what keeps packets, and how far clips reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.capture.camera import Camera
from appliance.capture.indicator import Indicator, ScreenAlone
from appliance.capture.keeper import Ear, RunKeeper
from appliance.capture.picking import title_unknown
from appliance.ids import BoxId, EventId, ItemId


@dataclass(frozen=True, slots=True)
class FilmingSettings:
    """How far a clip reaches around its moment."""

    box: BoxId
    pre_roll_ms: int
    post_roll_ms: int
    speed: float = 1.0
    """How fast the show's positions run."""
    title_of: Callable[[EventId, ItemId], str] = title_unknown
    """What an item is called."""
    late_ms: int = 0
    """How long after it began a moment may still be told of by whoever listens."""
    angle: str = ""
    """From where this camera looks, as it stands behind a moment's why; empty: it is the first one."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What films, what tells the room so, and what keeps packets beside the ring."""

    camera: Camera
    indicator: Indicator = field(default_factory=ScreenAlone)
    keepers: tuple[RunKeeper, ...] = ()
    ear: Ear | None = None
