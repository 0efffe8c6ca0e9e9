"""The running show as others may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from appliance.model.callout import Callout
from appliance.model.picture import ScreenStatus
from appliance.model.programme import HouseLights, ItemKind
from appliance.model.viewing import USUAL, Viewing


class Phase(StrEnum):
    """Where the show stands."""

    NONE = "none"
    """No event is loaded."""
    STANDBY = "standby"
    """Loaded, the idle card on screen, waiting for GO."""
    RUNNING = "running"
    WAITING = "waiting"
    """Between two items; the next one follows by itself when its time has come."""
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
    at: datetime | None = None
    """Enters by itself at this wall time, as the evening stands now."""
    listen: bool = False
    """The room is listened to during this film."""


@dataclass(frozen=True, slots=True)
class CueView:
    """One line of the cue list: what may be fired by hand, and what was fired."""

    id: str
    item: str
    """Empty: of the whole evening."""
    when: str
    fired: bool = False
    time: datetime | None = None
    """For a cue of the clock."""


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
    listening_allowed: bool = False
    player: str = "starting"
    """``up``, ``starting`` or ``restarting``."""
    screen: ScreenStatus = field(default_factory=ScreenStatus)
    faults: tuple[str, ...] = ()
    """Sentences: what the operator should know now."""
    visit: int = 0
    """Counts entries into items: a press that says which one it saw is refused after the next."""
    level: float | None = None
    """Dimmer level 0 to 1, where a cue set one; None: as the look says."""
    version: int = 1
    """Of the programme; each change is another."""
    late_s: int = 0
    """How much later than planned the evening goes by the clock."""
    waits_s: float | None = None
    """While waiting: until the next item, if time alone decides."""
    reserves: tuple[ItemView, ...] = ()
    """What may be swapped in."""
    cues: tuple[CueView, ...] = ()
    """Of the current item and of the whole evening."""
    messages: tuple[str, ...] = ()
    """What cues tell operators in this item."""
    call: str = ""
    """What attendees' phones are told."""
    turned: float = 1.0
    """The volume that a hand set, 0 to 1; ``volume`` is what cues make of it."""
    viewing: Viewing = USUAL
    """How films are read and heard tonight; nothing in it is left open."""
    languages: tuple[str, ...] = ()
    """In which there are subtitles tonight."""
    callout: Callout | None = None
    """What a hand put over the picture."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The show's word that the house may be filmed, or listened to, for ``seconds`` from the answer."""

    granted: bool
    item: str = ""
    event: str = ""
    show: str = ""
    visit: int = 0
    """Which entry into the item: another visit is another leave."""
    position_ms: int = 0
    seconds: float = 0.0
    leave: str = ""
    """Another one after each moment in which filming was not allowed, however short."""
    listens: bool = False
    """The room may be listened to, and nothing of it kept: never together with ``granted``."""
