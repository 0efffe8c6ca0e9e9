"""``only``, ``[[extra]]`` and ``[[drop.window]]`` of a manifest: for whom, when and where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from appliance.manifest.community import ExtraTable, GateTable, WindowTable
from appliance.manifest.faults import Faults
from appliance.model.drop import RegionWindow, Tier
from appliance.model.gate import Extra, ExtraKind, Gate

MONTHLY_DAYS = 35
"""A month and some days to pay the next one."""
YEARLY_DAYS = 366


def make_gate(faults: Faults, place: str, table: GateTable, tiers: Collection[Tier]) -> Gate:
    """Check and make it; every tier it names is offered at this evening."""
    known = {tier.id for tier in tiers}
    for tier in table.tiers:
        if tier not in known:
            faults.fail(f"{place}.tiers", f'there is no tier "{tier}"', "Name a [[tier]] of this event.")
    return Gate(tuple(table.tiers), table.evenings, table.attended)


def make_extras(faults: Faults, tables: Sequence[ExtraTable], tiers: Collection[Tier]) -> tuple[Extra, ...]:
    """Check and make them."""
    made: list[Extra] = []
    for at, table in enumerate(tables):
        place = f"$.extra[{at}]"
        if table.id in {other.id for other in made}:
            faults.fail(f"{place}.id", "two extras have one id", "Give each its own id.")
        if table.opens is not None and table.closes is not None:
            _check_order(faults, f"{place}.closes", table.opens, table.closes)
        gate = make_gate(faults, f"{place}.only", table.only, tiers)
        if table.kind is ExtraKind.TEASER and not gate.is_free:
            faults.fail(f"{place}.only", "a teaser is for everybody", 'Remove only, or write kind = "extra".')
        made.append(
            Extra(
                table.id, table.title, table.film, table.kind, table.text, gate, table.opens, table.closes,
                table.public,
            )
        )  # fmt: skip
    return tuple(made)


def make_windows(faults: Faults, place: str, tables: Sequence[WindowTable]) -> tuple[RegionWindow, ...]:
    """Check and make them: each closes after it opens, each region stands in one of them."""
    made: list[RegionWindow] = []
    for at, table in enumerate(tables):
        here = f"{place}[{at}]"
        if (table.closes is None) == (table.hours is None):
            faults.fail(here, "closes or hours", "Write one of them: hours = 48.")
        closes = table.closes or table.opens + timedelta(hours=table.hours or 0)
        _check_order(faults, f"{here}.closes", table.opens, closes)
        window = RegionWindow(table.opens, closes, tuple(table.regions))
        for other in made:
            if set(other.regions) & set(window.regions) or not (other.regions or window.regions):
                faults.fail(f"{here}.regions", "two windows for one region", "Say it once for each region.")
        made.append(window)
    return tuple(made)


def lasting(days: int | None, *, monthly: bool) -> int:
    """How many days a tier lasts once it is paid."""
    if days is not None:
        return days
    return MONTHLY_DAYS if monthly else YEARLY_DAYS


def _check_order(faults: Faults, place: str, opens: datetime, closes: datetime) -> None:
    if closes <= opens:
        faults.fail(place, "it closes before it opens", "Make closes the later time.")
