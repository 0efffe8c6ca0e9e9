"""What of the figures is told: rates that people read, and no number about a small group. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from appliance.errors import MatineeError
from appliance.model.money import plain
from provisioning.cloud.groups import Cohort, Group, Groups
from provisioning.cloud.small_groups import SMALLEST, shown

Number = int | float | None
"""None: of too few people to be told, or of nobody."""

_OPEN = ("evenings", "came", "people", "at_door", "signed_up", "claims", "collected", "merch", "merch_72h")
"""What everybody in the room could count."""
_SMALL = (
    "news", "first_time", "again", "regular", "invited", "thanked", "members", "members_30d",
    "members_by_letter", "gifts", "nps_answers",
)  # fmt: skip
"""What tells on people: never of fewer than the smallest group."""


@dataclass(frozen=True, slots=True)
class Told:
    """One venue, series, or everything."""

    name: str
    title: str
    numbers: dict[str, Number]
    """By the names of ``Group``, and the rates."""
    revenue: dict[str, int]
    per_person: dict[str, int] | None
    """Revenue for each visit, in the smallest unit; None: too few came."""
    given: dict[str, int] | None
    """None: too few gave."""

    def __getitem__(self, name: str) -> Number:
        """One number."""
        return self.numbers[name]


@dataclass(frozen=True, slots=True)
class ToldCohort:
    """A month."""

    month: str
    evenings: int
    people: int
    came_again: int | None
    revenue: dict[str, dict[str, int]]
    """By currency: ``to_30``, ``to_60``, ``to_90``."""


@dataclass(frozen=True, slots=True)
class ToldArm:
    """One arm of a comparison."""

    test: str
    arm: str
    seen: int | None
    claims: int | None
    paid: int | None


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that is told."""

    smallest_group: int
    all: Told
    venues: tuple[Told, ...] = ()
    series: tuple[Told, ...] = ()
    cohorts: tuple[ToldCohort, ...] = ()
    arms: tuple[ToldArm, ...] = ()
    tax: tuple[dict[str, Any], ...] = field(default=())


def amount(minor: int, currency: str) -> str:
    """``12.50 EUR``; of a currency that nobody knows, its smallest units."""
    try:
        return f"{plain(minor, currency)} {currency}"
    except MatineeError:
        return f"{minor} {currency[:10]}"


def telling(groups: Groups, smallest: int = SMALLEST) -> Telling:
    """Tell ``groups``; ``smallest`` 1 tells everything."""
    (everything,) = _told([groups.all], smallest)
    return Telling(
        smallest,
        everything,
        tuple(_told(groups.venues, smallest)),
        tuple(_told(groups.series, smallest)),
        _cohorts(groups.cohorts, smallest),
        tuple(
            ToldArm(
                one.test, one.arm, *(_enough(count, smallest) for count in (one.seen, one.claims, one.paid))
            )
            for one in groups.arms
        ),
        tuple(msgspec.to_builtins(groups.tax)),
    )


def _told(groups: Sequence[Group], smallest: int) -> list[Told]:
    hidden = {column: shown({one.name: _value(one, column) for one in groups}, smallest) for column in _SMALL}
    return [
        _one(one, {column: found[one.name] for column, found in hidden.items()}, smallest) for one in groups
    ]


def _one(group: Group, small: Mapping[str, int | None], smallest: int) -> Told:
    numbers: dict[str, Number] = {name: getattr(group, name) for name in _OPEN}
    segments = shown({name: _value(group, name) for name in ("first_time", "again", "regular")}, smallest)
    numbers |= small
    numbers |= {name: None for name, count in segments.items() if count is None}
    numbers["nps"] = group.nps.score if small["nps_answers"] else None
    enough = group.came >= smallest
    numbers["signed_up_per_100"] = _rate(group.signed_up, group.came) if enough else None
    numbers["news_per_100"] = _rate(small["news"], group.signed_up)
    numbers["merch_per_100"] = _rate(group.merch_72h, group.came) if enough else None
    numbers["merch_72h_share"] = _rate(group.merch_72h, group.merch)
    numbers["members_by_letter_per_100"] = _rate(small["members_by_letter"], group.people) if enough else None
    numbers["members_30d_per_100"] = _rate(small["members_30d"], group.people) if enough else None
    told = numbers["again"] is not None and numbers["regular"] is not None
    numbers["returned_per_100"] = (
        _rate(group.segments.again + group.segments.regular, group.came) if told else None
    )
    numbers["unsure"] = group.unsure
    each = (
        {currency: round(minor / group.came) for currency, minor in group.revenue.items()} if enough else None
    )
    return Told(
        group.name, group.title, numbers, group.revenue, each,
        group.given if small["gifts"] is not None else None,
    )  # fmt: skip


def _value(group: Group, name: str) -> int:
    match name:
        case "first_time":
            return group.segments.first
        case "again":
            return group.segments.again
        case "regular":
            return group.segments.regular
        case "nps_answers":
            return group.nps.answers
        case _:
            return int(getattr(group, name))


def _cohorts(cohorts: Sequence[Cohort], smallest: int) -> tuple[ToldCohort, ...]:
    back = shown({one.month: one.came_again for one in cohorts}, smallest)
    return tuple(
        ToldCohort(one.month, one.evenings, one.people, back[one.month], msgspec.to_builtins(one.revenue))
        for one in cohorts
    )


def _enough(count: int, smallest: int) -> int | None:
    return None if 0 < count < smallest else count


def _rate(part: int | None, whole: int) -> float | None:
    return None if part is None or not whole else round(100 * part / whole, 1)
