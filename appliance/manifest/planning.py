"""Tables of ``event.toml`` for what an evening needs beside its programme."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.manifest.shapes import Line, Slug, WallTime
from appliance.model.licence import Outside
from appliance.model.plan import Duty, Half, Origin, Withdraw

Short = Annotated[str, Meta(max_length=200)]
FileName = Annotated[
    str,
    Meta(
        pattern=r"^([A-Za-z0-9][A-Za-z0-9._ -]{0,99})?$",
        description="in the box's own permits folder; it never leaves the box unasked",
    ),
]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A TOML table in which every key is known."""


class StaffTable(_Table, frozen=True):
    """``[[staff]]``: who does what, from when until when."""

    duty: Duty
    who: Short = ""
    begins: WallTime | None = None
    """May be before the doors."""
    ends: WallTime | None = None
    note: Short = ""


class KitTable(_Table, frozen=True):
    """``[[kit]]``: a thing that has to be there."""

    thing: Line
    count: Annotated[int, Meta(ge=1, le=1000)] = 1
    origin: Origin = Origin.CASE
    note: Short = ""


class SupplierTable(_Table, frozen=True):
    """``[[supplier]]``: who brings something."""

    name: Line
    brings: Line
    contact: Short = ""
    vetted: date | None = None
    """The day on which somebody looked at them."""


class PosTable(_Table, frozen=True):
    """``[[pos]]``: what the till calls something that is sold."""

    sku: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._/-]{1,40}$")]
    drop: Slug
    variant: Slug | None = None


class PermitTable(_Table, frozen=True):
    """``[[permit]]``: a paper that the evening needs."""

    id: Slug
    title: Line
    reference: Short = ""
    """Its number; empty: not given yet."""
    given_by: Short = ""
    holds_from: date | None = None
    expires: date | None = None
    """The last day on which it holds."""
    without: Outside = Outside.WARN
    """What the show does where it does not hold."""
    remind_days: Annotated[int, Meta(ge=0, le=400)] = 30
    file: FileName = ""
    for_venue: bool = True
    """Of this venue and evening alone: at the next one it has to be given anew."""


class StepTable(_Table, frozen=True):
    """``[[step]]``: one line of the set-up or tear-down list."""

    id: Slug
    half: Half
    title: Line
    minutes: Annotated[float, Meta(gt=0, le=600)]
    duty: Duty | None = None


class SupporterTable(_Table, frozen=True):
    """``[[supporter]]``: somebody who is thanked by name."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    consented: date
    """The day on which they said yes to being named."""


class SeriesTable(_Table, frozen=True):
    """``[series]``: which evening of which tour or circuit."""

    id: Slug
    title: Line
    number: Annotated[int, Meta(ge=1, le=1000)] = 1
    of: Annotated[int, Meta(ge=1, le=1000)] | None = None


class DiscoveryTable(_Table, frozen=True):
    """``[discovery]``: from when until when the evening is announced."""

    days_before: Annotated[int, Meta(ge=0, le=400)] = 21
    withdraw: Withdraw = Withdraw.OVER
