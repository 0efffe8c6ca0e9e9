"""What an evening needs beside its programme: people, things, papers, the list of what to do and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appliance.model.permit import Permit


class Duty(StrEnum):
    """What somebody does on the evening."""

    HOST = "host"
    OPERATOR = "operator"
    STEWARD = "steward"
    COUNTER = "counter"
    CAMERA = "camera"
    TECHNICIAN = "technician"


class Origin(StrEnum):
    """Where a thing comes from."""

    CASE = "case"
    """Travels with the box."""
    VENUE = "venue"
    BRING = "bring"
    HIRE = "hire"


class Half(StrEnum):
    """Before the doors, or after the last guest."""

    SET_UP = "set_up"
    TEAR_DOWN = "tear_down"


class Withdraw(StrEnum):
    """When an evening is no longer announced."""

    FULL = "full"
    STARTED = "started"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's evening."""

    duty: Duty
    who: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class KitLine:
    """One line of the kit list."""

    thing: str
    count: int = 1
    origin: Origin = Origin.CASE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who brings something, and whether they are known to be good."""

    name: str
    brings: str
    contact: str = ""
    vetted: date | None = None
    """The day on which somebody looked at them; None: nobody has."""


@dataclass(frozen=True, slots=True)
class PosCode:
    """What a till calls a thing that is sold."""

    sku: str
    drop: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the set-up or tear-down list."""

    id: str
    half: Half
    title: str
    minutes: float
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class Supporter:
    """Somebody who is thanked by name, and the day on which they said yes to that."""

    name: str
    consented: date


@dataclass(frozen=True, slots=True)
class Series:
    """Evenings that share an audience: a tour, a circuit."""

    id: str
    title: str
    number: int = 1
    of: int | None = None
    """None: it goes on."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """From when until when the evening is announced."""

    days_before: int = 21
    withdraw: Withdraw = Withdraw.OVER


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it."""

    staff: tuple[Shift, ...] = ()
    kit: tuple[KitLine, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    pos: tuple[PosCode, ...] = ()
    permits: tuple[Permit, ...] = ()
    steps: tuple[Step, ...] = ()
    supporters: tuple[Supporter, ...] = ()
    series: Series | None = None
    discovery: Discovery | None = None
    exits: tuple[str, ...] = ()
    """Ways out of the room, in plain words."""


NO_PLAN = Plan()
"""Nothing is said."""
