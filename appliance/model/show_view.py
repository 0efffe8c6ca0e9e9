"""The running show as others may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.picture import ScreenStatus
from appliance.model.programme import HouseLights, ItemKind


class Phase(StrEnum):
    """Where the show stands."""

    NONE = "none"
    """No event is loaded."""
    STANDBY = "standby"
    """Loaded, the idle card on screen, waiting for GO."""
    RUNNING = "running"
    PAUSED = "paused"
    HELD = "held"
    """Stopped between items, a picture standing."""
    PANIC = "panic"
    """House lights up, sound down, a calm card, until resume."""
    OVER = "over"


class Verb(StrEnum):
    """What an operator may ask of the show."""

    STANDBY = "standby"
    GO = "go"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    BACK = "back"
    HOLD = "hold"
    PANIC = "panic"


@dataclass(frozen=True, slots=True)
class ItemView:
    """One line of the running order."""

    id: str
    title: str
    kind: ItemKind
    duration_ms: int | None = None
    """None: stands until GO."""
    capture: bool = False


@dataclass(frozen=True, slots=True)
class ShowView:
    """Everything a remote shows."""

    phase: Phase
    event: str = ""
    title: str = ""
    show: str = ""
    items: tuple[ItemView, ...] = ()
    index: int | None = None
    """Place of the current item in ``items``."""
    position_ms: int = 0
    duration_ms: int | None = None
    lights: HouseLights = HouseLights.UP
    volume: float = 1.0
    open_drops: tuple[str, ...] = ()
    capture_allowed: bool = False
    player: str = "starting"
    """``up``, ``starting`` or ``restarting``."""
    screen: ScreenStatus = field(default_factory=ScreenStatus)
    faults: tuple[str, ...] = ()
    """Sentences: what the operator should know now."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The show's word that the house may be filmed, for ``seconds`` from the answer."""

    granted: bool
    item: str = ""
    event: str = ""
    show: str = ""
    visit: int = 0
    """Which entry into the item: another visit is another leave."""
    position_ms: int = 0
    seconds: float = 0.0
