"""How often somebody may be asked to become a member: counted from what a pass holds, never from devices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from appliance.clock import ClockTrust

MOST_KEPT = 12
"""Days that a pass holds; no cap is higher."""
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class AskCap:
    """No more than ``most`` times within ``days``."""

    most: int = 2
    days: int = 30


USUAL_CAP = AskCap()
"""Where a manifest says nothing else."""


def day_of(at: datetime) -> int:
    """Days since 1970, UTC: all that a pass keeps of when somebody was asked."""
    return int(at.timestamp()) // _SECONDS_A_DAY


def may_ask(asked: Iterable[int], now: datetime, trust: ClockTrust, cap: AskCap) -> bool:
    """Tell whether one more is within the cap. ``asked``: days, as ``day_of`` counts them.

    A day to come counts: some clock was wrong. With a clock that nobody vouches for, all of them count.
    """
    since = day_of(now) - cap.days
    counted = [day for day in asked if trust is ClockTrust.NONE or day > since]
    return len(counted) < cap.most


def kept(asked: Iterable[int]) -> tuple[int, ...]:
    """What a pass takes along: the newest, oldest first."""
    return tuple(sorted(asked)[-MOST_KEPT:])
