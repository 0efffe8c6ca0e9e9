"""The figures of an organiser's evenings, as they were counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from appliance.audience.double_use import DoubleUse
from appliance.model.counter import DONATION, ENTRY
from provisioning.cloud.groups import NO_GROUPS, Groups


@dataclass(frozen=True, slots=True)
class ItemSales:
    """One item of one event that was paid for: at a desk, or elsewhere and imported."""

    item: str
    currency: str
    at_desk: int = 0
    """Units that a desk recorded as paid or given, and that did not come back."""
    elsewhere: int = 0
    """Units of imported orders that stand, without those that a desk recorded, too."""
    within_72_h: int = 0
    """Of both, from the begin of the show on."""
    amount_minor: int = 0
    """Of both, in the currency's smallest unit."""

    @property
    def units(self) -> int:
        """Sold in all."""
        return self.at_desk + self.elsewhere


@dataclass(frozen=True, slots=True)
class EventFigures:
    """One event, over all boxes that showed it. Every fact counts once, however often it arrived."""

    event: str
    """Empty: what happened while no event was loaded."""
    boxes: tuple[str, ...]
    attendance: int
    """People who signed up."""
    checked_in: int
    """People who were let in, each pass once over all boxes, without what was undone."""
    came_again: int = 0
    """Passes with evenings before this one: counted from what people hold, never from devices."""
    claims: dict[str, int] = field(default_factory=dict)
    """Units reserved, by drop."""
    sales: tuple[ItemSales, ...] = ()
    wishes: dict[str, int] = field(default_factory=dict)
    """People who would have taken one, by drop."""
    asked: int = 0
    """Passes that were asked to become a member."""
    declined: int = 0
    clips_made: int = 0
    clips_approved: int = 0
    facts: int = 0
    started: datetime | None = None
    """When the first box's show began."""
    ended: datetime | None = None
    """When the last box's show ended."""
    title: str = ""
    """As it was published; empty: it was not."""
    series: str = ""
    came: int = 0
    """Visits, at the door or, where none was kept at a box, by sign-up or earlier pass."""

    @property
    def sold_to_100(self) -> float | None:
        """Things and memberships sold within 72 hours, for each hundred people let in; None: nobody was."""
        sold = sum(one.within_72_h for one in self.sales if one.item not in {ENTRY, DONATION})
        return round(100 * sold / self.checked_in, 1) if self.checked_in else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What `matinee cloud report` counts, exactly; what of it is told, ``telling.py`` decides."""

    events: tuple[EventFigures, ...]
    unread: int = 0
    """Objects in the bucket that no box of ours can have written; they count for nothing."""
    doubles: tuple[DoubleUse, ...] = ()
    """Passes that were used at two doors which could not talk."""
    groups: Groups = NO_GROUPS
    """By venue, by series, by month and all together."""
