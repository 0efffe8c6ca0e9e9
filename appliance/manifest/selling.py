"""What an evening offers, as ``event.toml`` has it: drops, bundles, memberships, prices, shares."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.manifest.community import ArmTable, GateTable, WindowTable
from appliance.manifest.shapes import Amount, Currency, Line, Percent, Slug, Stock, Text, WallTime


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A TOML table in which every key is known."""


class VariantTable(_Table, frozen=True):
    """``[[drop.variant]]``: a size or a colour, with its own stock."""

    id: Slug
    title: Line
    stock: Stock


class PartTable(_Table, frozen=True):
    """``[[drop.part]]``: one thing in a bundle."""

    id: Slug
    title: Line | None = None
    """Left out where it is a drop: that one's title."""
    drop: Slug | None = None
    """One of that drop's pile."""
    variant: Slug | None = None
    credit: Amount | None = None
    """An amount that is spent in steps; neither drop nor credit: something that is used once."""


class DropTable(_Table, frozen=True):
    """``[[drop]]``: something limited."""

    id: Slug
    title: Line
    stock: Stock | None = None
    """Left out where every variant says its own."""
    text: Text = ""
    price: Amount = "0"
    currency: Currency | None = None
    pick_up: Annotated[str, Meta(max_length=200)] = ""
    variant: Annotated[list[VariantTable], Meta(max_length=20)] = []
    members_first_minutes: Annotated[float, Meta(ge=0, le=600)] = 0
    low: Annotated[int, Meta(ge=0, le=100_000, description="with so many left, stewards are told")] = 0
    waiting_list: bool | None = None
    """Left out: yes, but for a bundle."""
    part: Annotated[list[PartTable], Meta(max_length=12)] = []
    """What makes it a bundle."""
    pick_up_from: WallTime | None = None
    pick_up_until: WallTime | None = None
    tax: Percent | None = None
    only: GateTable = GateTable()
    window: Annotated[list[WindowTable], Meta(max_length=50)] = []
    place_at: Slug | None = None
    """One of it is a place at that later evening."""
    arm: Annotated[list[ArmTable], Meta(max_length=4)] = []
    """Each attendee is shown one of these in place of ``text``; the report tells which did better."""


class TierTable(_Table, frozen=True):
    """``[[tier]]``: a membership that is offered."""

    id: Slug
    title: Annotated[str, Meta(min_length=1, max_length=40)]
    promises: Annotated[list[Line], Meta(max_length=8)] = []
    price: Amount = "0"
    monthly: bool = False
    tax: Percent | None = None
    days: Annotated[int, Meta(ge=1, le=36_600, description="how long it lasts once paid")] | None = None
    """Left out: five weeks if it is monthly, else a year."""


class TillTable(_Table, frozen=True):
    """``[till]``: how money is reckoned. The box never takes any."""

    currency: Currency = "EUR"
    tax: Percent = "0"
    pay_link: Annotated[str, Meta(pattern=r"^(https://[^\s]{1,400})?$")] = ""
    """The page of the organiser's provider."""
    suggested: Annotated[list[Amount], Meta(max_length=6)] = []


class ShareTable(_Table, frozen=True):
    """``[[share]]``: who gets how much of what comes in."""

    who: Line
    percent: Percent
    item: Slug | None = None
    """Of that offer alone; left out: of everything that has no shares of its own."""
