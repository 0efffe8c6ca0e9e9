"""The figures of an organiser's evenings, and how they are read by people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from appliance.audience.double_use import DoubleUse
from appliance.model.counter import DONATION, ENTRY
from appliance.model.money import plain


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

    @property
    def sold_to_100(self) -> float | None:
        """Things and memberships sold within 72 hours, for each hundred people let in; None: nobody was."""
        sold = sum(one.within_72_h for one in self.sales if one.item not in {ENTRY, DONATION})
        return round(100 * sold / self.checked_in, 1) if self.checked_in else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What `matinee cloud report` says."""

    events: tuple[EventFigures, ...]
    unread: int = 0
    """Objects in the bucket that no box of ours can have written; they count for nothing."""
    doubles: tuple[DoubleUse, ...] = ()
    """Passes that were used at two doors which could not talk."""

    def json(self) -> bytes:
        """As one JSON document."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    def table(self) -> str:
        """As text, one event a line, its drops below it."""
        lines = [_LINE.format("Event", "Boxes", "People", "At the door", "Clips", "Began", "Ended")]
        for event in self.events:
            lines.append(_line(event))
            if event.came_again:
                lines.append(f"    {event.came_again} came again")
            lines += [f"    {drop}: {count} reserved" for drop, count in event.claims.items()]
            lines += [_sold(one) for one in event.sales]
            lines += [f"    {drop}: {count} would have taken one" for drop, count in event.wishes.items()]
            if event.asked:
                lines.append(f"    {event.asked} asked to become a member, {event.declined} said not now")
            if event.sales and event.sold_to_100 is not None:
                lines.append(
                    f"    {event.sold_to_100:g} sold within 72 hours for each 100 people at the door"
                )
        if not self.events:
            lines = ["Nothing has arrived in the bucket yet."]
        lines += [_double(double) for double in self.doubles]
        if self.unread:
            lines.append(f"{self.unread} objects could not be read and were left out.")
        return "\n".join(lines) + "\n"


_LINE = "{:<28} {:>5} {:>7} {:>12} {:>7}  {:<17} {:<17}"


def _line(event: EventFigures) -> str:
    return _LINE.format(
        event.event or "(no event)",
        len(event.boxes),
        event.attendance,
        event.checked_in,
        f"{event.clips_approved}/{event.clips_made}",
        _moment(event.started),
        _moment(event.ended),
    )


def _sold(one: ItemSales) -> str:
    amount = f"{plain(one.amount_minor, one.currency)} {one.currency}"
    return f"    {one.item}: {one.units} sold, {one.elsewhere} of them elsewhere, {amount}"


def _double(double: DoubleUse) -> str:
    counted, beside = double.counted, double.beside
    return (
        f"One pass was used at two doors of {counted.event}: at {counted.box} ({_moment(counted.at)}), which"
        f" counts, and at {beside.box} ({_moment(beside.at)}). Pass: {counted.subject}"
    )


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%MZ") if at else "-"
