"""What is sold or given in the room: things with a stock, tiers, and whose the money is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.ids import DropId, EventId
from appliance.model.gate import FREE, Gate


@dataclass(frozen=True, slots=True)
class Variant:
    """A size or a colour, with a stock of its own."""

    id: str
    title: str
    stock: int


class PartKind(StrEnum):
    """What a part of a bundle is."""

    THING = "thing"
    """Of another drop's pile; handed over once."""
    EXPERIENCE = "experience"
    """Used once."""
    CREDIT = "credit"
    """An amount that is spent in steps, on this evening or a later one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in a bundle."""

    id: str
    title: str
    kind: PartKind
    of: Drop | None = None
    """Of a thing: the drop whose pile it comes from. No bundle."""
    variant: str = ""
    """Of a thing: its size; empty where the bundle's own size says it."""
    credit_minor: int = 0
    """Of a credit, in the bundle's currency."""

    def kind_for(self, chosen: str) -> str:
        """The kind that is taken from the pile, if that of the bundle is ``chosen``."""
        return self.variant or (chosen if self.of is not None and self.of.variants else "")

    def named(self, chosen: str) -> str:
        """Its title, with the size."""
        size = "" if self.of is None else self.of.named(self.kind_for(chosen)).removeprefix(self.of.title)
        return f"{self.title}{size}"


@dataclass(frozen=True, slots=True)
class Arm:
    """One of several ways to put an offer, of which figures tell which did better."""

    id: str
    text: str
    """In place of the drop's own."""


@dataclass(frozen=True, slots=True)
class RegionWindow:
    """From when until when something may be taken, in some regions."""

    opens: datetime
    closes: datetime
    regions: tuple[str, ...] = ()
    """Countries, ISO 3166-1 alpha-2; empty: wherever no other window says something else."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Something limited, taken one by each attendee, while it is open."""

    id: DropId
    title: str
    stock: int
    """Of all variants together."""
    text: str = ""
    price_minor: int = 0
    """In the smallest unit of ``currency``; 0 is free."""
    currency: str = "EUR"
    pick_up: str = ""
    """Where and when it is handed over, in words."""
    variants: tuple[Variant, ...] = ()
    """Empty: there is one kind of it."""
    members_first_s: int = 0
    """So long after it opened, only who has a tier may take one."""
    low: int = 0
    """With so many left the stewards are told; 0: never."""
    waiting_list: bool = True
    pick_up_from: datetime | None = None
    pick_up_until: datetime | None = None
    tax_bp: int = 0
    """Tax within the price, in hundredths of a per cent."""
    parts: tuple[Part, ...] = ()
    """What a bundle is made of; empty: it is no bundle."""
    gate: Gate = FREE
    """Who may take one."""
    windows: tuple[RegionWindow, ...] = ()
    """By the calendar and by region; empty: cues and hands alone."""
    place_at: EventId | None = None
    """One of it is a place at that later evening."""
    arms: tuple[Arm, ...] = ()
    """Two or more ways to put it, one for each attendee; empty: its text is for everybody."""

    def window_in(self, region: str) -> RegionWindow | None:
        """The window of ``region``; None if there is none for it, or none at all."""
        named = next((one for one in self.windows if region in one.regions), None)
        return named or next((one for one in self.windows if not one.regions), None)

    def stock_of(self, variant: str) -> int | None:
        """As the manifest has it; None if there is no such variant."""
        if not self.variants:
            return self.stock if variant == "" else None
        return next((one.stock for one in self.variants if one.id == variant), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every variant's id; one empty one if there are none."""
        return tuple(one.id for one in self.variants) or ("",)

    def named(self, variant: str) -> str:
        """``T-shirt, M``."""
        size = next((one.title for one in self.variants if one.id == variant), "")
        return f"{self.title}, {size}" if size else self.title


@dataclass(frozen=True, slots=True)
class Tier:
    """A membership, with what it promises."""

    id: str
    title: str
    promises: tuple[str, ...] = ()
    price_minor: int = 0
    currency: str = "EUR"
    monthly: bool = False
    tax_bp: int = 0
    lasts_days: int = 366
    """From when it was paid."""


@dataclass(frozen=True, slots=True)
class Share:
    """Who gets how much of what comes in."""

    who: str
    share_bp: int
    """In hundredths of a per cent."""
    item: str = ""
    """Of that item alone; empty: of everything that has no shares of its own."""


@dataclass(frozen=True, slots=True)
class Till:
    """How money is reckoned at an evening. Nothing of it is ever taken by the box."""

    currency: str = "EUR"
    tax_bp: int = 0
    """Where an item says nothing else."""
    pay_link: str = ""
    """The organiser's provider; empty: nobody pays online."""
    shares: tuple[Share, ...] = ()
    suggested_minor: tuple[int, ...] = ()
    """Amounts offered for "pay what you like"; any other may be typed."""


NO_TILL = Till()
"""Nothing is said of money."""
