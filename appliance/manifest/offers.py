"""``[[drop]]``, ``[till]`` and ``[[share]]`` of a manifest: what is sold, and how its money is reckoned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from appliance.errors import MatineeError
from appliance.ids import DropId, EventId
from appliance.manifest.bundles import make_parts, plain_drops
from appliance.manifest.document import EventDocument
from appliance.manifest.faults import Faults
from appliance.manifest.gates import lasting, make_gate, make_windows
from appliance.manifest.moments import moment
from appliance.manifest.selling import DropTable, ShareTable, TierTable
from appliance.model import money
from appliance.model.drop import Arm, Drop, Share, Tier, Till, Variant

_Made = TypeVar("_Made")


def make_till(faults: Faults, document: EventDocument) -> Till:
    """Check and make it; the shares of each item make 100 %."""
    table = document.till
    _tried(faults, "$.till.currency", lambda: money.exponent(table.currency))
    suggested = tuple(
        _price(faults, f"$.till.suggested[{at}]", text, table.currency)
        for at, text in enumerate(table.suggested)
    )
    return Till(
        table.currency,
        _tried(faults, "$.till.tax", lambda: money.basis_points(table.tax)),
        table.pay_link,
        _shares(faults, document.share, {drop.id for drop in document.drop}),
        suggested,
    )


def make_drops(
    faults: Faults, tables: Sequence[DropTable], till: Till, tiers: tuple[Tier, ...], doors: datetime
) -> tuple[Drop, ...]:
    """Check and make them. Windows to collect are between doors and the next morning, as all wall times."""
    made = [
        (
            one,
            _for_whom(faults, f"$.drop[{at}]", one, tiers, _drop(faults, f"$.drop[{at}]", one, till, doors)),
        )
        for at, one in enumerate(tables)
    ]
    plain = plain_drops(made)
    return tuple(
        replace(drop, parts=make_parts(faults, f"$.drop[{at}]", table, drop, plain)) if table.part else drop
        for at, (table, drop) in enumerate(made)
    )


def make_tiers(faults: Faults, tables: Sequence[TierTable], till: Till) -> tuple[Tier, ...]:
    """Check and make them; they are paid in the till's currency."""
    return tuple(
        Tier(
            table.id,
            table.title,
            tuple(table.promises),
            _price(faults, f"$.tier[{at}].price", table.price, till.currency),
            till.currency,
            table.monthly,
            till.tax_bp if table.tax is None else _rate(faults, f"$.tier[{at}].tax", table.tax),
            lasting(table.days, monthly=table.monthly),
        )
        for at, table in enumerate(tables)
    )


def _drop(faults: Faults, place: str, table: DropTable, till: Till, doors: datetime) -> Drop:
    variants = tuple(Variant(one.id, one.title, one.stock) for one in table.variant)
    if len({one.id for one in variants}) < len(variants):
        faults.fail(f"{place}.variant", "two variants have one id", "Give each its own id.")
    if variants and table.stock is not None:
        faults.fail(f"{place}.stock", "every variant has its own stock", "Remove this stock.")
    if not variants and table.stock is None:
        faults.fail(place, "missing stock", "Add stock = 12.")
    currency = table.currency or till.currency
    return Drop(
        DropId(table.id),
        table.title,
        table.stock or sum(one.stock for one in variants),
        table.text,
        price_minor=_price(faults, f"{place}.price", table.price, currency),
        currency=currency,
        pick_up=table.pick_up,
        variants=variants,
        members_first_s=round(table.members_first_minutes * 60),
        low=table.low,
        waiting_list=not table.part if table.waiting_list is None else table.waiting_list,
        pick_up_from=_moment(faults, f"{place}.pick_up_from", table.pick_up_from, doors),
        pick_up_until=_moment(faults, f"{place}.pick_up_until", table.pick_up_until, doors),
        tax_bp=till.tax_bp if table.tax is None else _rate(faults, f"{place}.tax", table.tax),
    )


def _for_whom(faults: Faults, place: str, table: DropTable, tiers: tuple[Tier, ...], drop: Drop) -> Drop:
    return replace(
        drop,
        gate=make_gate(faults, f"{place}.only", table.only, tiers),
        windows=make_windows(faults, f"{place}.window", table.window),
        place_at=None if table.place_at is None else EventId(table.place_at),
        arms=_arms(faults, f"{place}.arm", table),
    )


def _arms(faults: Faults, place: str, table: DropTable) -> tuple[Arm, ...]:
    if len(table.arm) == 1:
        faults.fail(place, "one way alone compares with nothing", "Add a second [[drop.arm]], or use text.")
    if len({one.id for one in table.arm}) < len(table.arm):
        faults.fail(place, "two ways have one id", "Give each its own id.")
    return tuple(Arm(one.id, one.text) for one in table.arm)


def _shares(faults: Faults, tables: Sequence[ShareTable], drops: set[str]) -> tuple[Share, ...]:
    for at, table in enumerate(tables):
        if table.item is not None and table.item not in drops:
            faults.fail(f"$.share[{at}].item", f'there is no drop "{table.item}"', "Name a [[drop]].")
    made = tuple(
        Share(table.who, _rate(faults, f"$.share[{at}].percent", table.percent), table.item or "")
        for at, table in enumerate(tables)
    )
    for at, share in enumerate(made):
        whole = sum(other.share_bp for other in made if other.item == share.item)
        if whole != money.WHOLE_BP:
            remedy = "Make the shares of everything, and those of each item, 100 together."
            faults.fail(f"$.share[{at}].percent", f"the shares make {whole / 100:g} %", remedy)
    return made


def _rate(faults: Faults, place: str, percent: str) -> int:
    return _tried(faults, place, lambda: money.basis_points(percent))


def _price(faults: Faults, place: str, text: str, currency: str) -> int:
    return _tried(faults, place, lambda: money.parse(text, currency))


def _moment(faults: Faults, place: str, text: str | None, doors: datetime) -> datetime | None:
    return None if text is None else moment(faults, place, text, doors)


def _tried(faults: Faults, place: str, make: Callable[[], _Made]) -> _Made:
    try:
        return make()
    except MatineeError as wrong:
        faults.fail(place, wrong.sentence.rstrip("."), "Correct the value.")
