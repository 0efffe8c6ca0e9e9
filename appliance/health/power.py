"""What feeds the box: too little, a battery, how long that lasts; what to say and when to stop. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from appliance.health.issue import Issue, issue

EMPTY_PERCENT = 8
EMPTY_MINUTES = 3
"""With less than this an orderly stop begins: it takes half a minute on a slow card."""
_LITTLE_PERCENT = 30
_LITTLE_MINUTES = 20
_SURE = 2
"""So often in a row it has to be said: one reading may be a plug that was changed."""


@dataclass(frozen=True, slots=True)
class Supply:
    """As of now. None: nobody can tell, or there is none."""

    weak: bool | None = None
    """Whether the board got too little since it was switched on (Raspberry Pi's firmware says so)."""
    on_battery: bool | None = None
    percent: int | None = None
    minutes: int | None = None
    """How long the battery lasts, as it says itself."""
    low: bool = False
    """The battery itself says that it is nearly empty."""

    @property
    def is_known(self) -> bool:
        """Whether anything can be told."""
        return (self.weak, self.on_battery, self.percent) != (None, None, None)

    @property
    def is_little(self) -> bool:
        """On battery, and what is left is not enough for a film."""
        return self._left_below(_LITTLE_PERCENT, _LITTLE_MINUTES)

    @property
    def is_empty(self) -> bool:
        """On battery, and it is time to stop."""
        return self._left_below(EMPTY_PERCENT, EMPTY_MINUTES)

    @property
    def words(self) -> str:
        """``battery 64 %, about 40 minutes``; ``steady``."""
        parts = [] if self.percent is None else [f"battery {self.percent} %"]
        parts += [] if self.minutes is None else [f"about {self.minutes} minutes"]
        first = "the plug gives nothing" if self.on_battery else "steady"
        return ", ".join([first, *parts]) if self.is_known else "no sensor"

    def _left_below(self, percent: int, minutes: int) -> bool:
        if not self.on_battery:
            return False
        if self.low or self.percent is None:
            return self.low or (self.minutes is not None and self.minutes < minutes)
        if self.minutes:
            return self.minutes < minutes
        return self.percent < percent  # 0 minutes is what a battery says that has not reckoned yet


class Power(Protocol):
    """Whoever can tell of the supply."""

    def read(self) -> Supply:
        """As of now; what can not be told is None. Raises nothing, and takes 2 s at most."""
        ...


def power_issues(supply: Supply, now: datetime) -> list[Issue]:
    """What is wrong with the supply."""
    found = [issue("health.power_weak", "supply", now)] if supply.weak else []
    if supply.on_battery:
        found.append(issue("health.on_battery", "supply", now, grave=supply.is_little, left=supply.words))
    return found


def together(supplies: Iterable[Supply]) -> Supply:
    """One of several: the first that knows of a battery, the first that knows of its board."""
    known = list(supplies)
    weak = next((one.weak for one in known if one.weak is not None), None)
    battery = next((one for one in known if one.on_battery is not None or one.percent is not None), Supply())
    return Supply(weak, battery.on_battery, battery.percent, battery.minutes, battery.low)


@dataclass(frozen=True, slots=True)
class Ending:
    """Whether to stop: every reading makes the next."""

    empty: int = 0
    """How many readings in a row said so."""

    def after(self, supply: Supply) -> Ending:
        """With one more reading."""
        return Ending(self.empty + 1 if supply.is_empty else 0)

    @property
    def is_here(self) -> bool:
        """Whether the box is to stop now, in order."""
        return self.empty >= _SURE
