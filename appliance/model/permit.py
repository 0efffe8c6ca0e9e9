"""Permits of an evening: whether each is in order on a day. Pure; a wrong clock is told, never trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from appliance.clock import ClockTrust
from appliance.model.licence import Outside

_NIGHT = timedelta(hours=18)
"""So long after its start an evening may go on."""


class PermitState(StrEnum):
    """How a permit stands on a day."""

    GOOD = "good"
    SOON = "soon"
    """Good, but it runs out within its days of notice."""
    EARLY = "early"
    """It does not hold yet."""
    EXPIRED = "expired"
    MISSING = "missing"
    """Nobody has written down its reference: it was not given yet."""
    UNSURE = "unsure"
    """It has a date, and nobody vouches for the clock."""


_BAD = frozenset({PermitState.EARLY, PermitState.EXPIRED, PermitState.MISSING})


@dataclass(frozen=True, slots=True)
class Permit:
    """One paper that an evening needs: a projection permit, a film's licence, an insurance."""

    id: str
    title: str
    reference: str = ""
    """Number or file mark of who gave it; empty: not given yet."""
    given_by: str = ""
    holds_from: date | None = None
    expires: date | None = None
    """The last day on which it holds."""
    without: Outside = Outside.WARN
    """What the show does where it does not hold."""
    remind_days: int = 30
    """So long before it runs out somebody is told."""
    file: str = ""
    """Its copy in the box's own ``permits`` folder, by name alone: it never leaves the box unasked."""
    for_venue: bool = True
    """Of this venue and evening alone: at the next one it has to be given anew."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit says of one permit."""

    permit: Permit
    state: PermitState

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to do something before the evening."""
        return self.state in _BAD

    @property
    def refuses(self) -> bool:
        """Whether the show must not begin; what can not be judged is told, never refused."""
        return self.is_bad and self.permit.without is Outside.REFUSE

    @property
    def words(self) -> str:
        """In words: ``ran out on 3 May 2026``."""
        match self.state:
            case PermitState.GOOD if self.permit.expires is None:
                return "holds, without an end"
            case PermitState.GOOD:
                return f"holds until {self.permit.expires:%-d %B %Y}"
            case PermitState.SOON:
                return f"runs out on {self.permit.expires:%-d %B %Y}: renew it now"
            case PermitState.EARLY:
                return f"holds only from {self.permit.holds_from:%-d %B %Y}"
            case PermitState.EXPIRED:
                return f"ran out on {self.permit.expires:%-d %B %Y}"
            case PermitState.MISSING:
                return "has not been given yet, or nobody wrote its number down"
            case PermitState.UNSURE:
                return "has a date, and nobody has told this box the time"
            case _:
                assert_never(self.state)


def day_for(now: datetime, starts: datetime) -> date:
    """The day on which papers must hold at ``now``: past midnight the evening that began is still its own.

    A permit for the 27th is good for the evening of the 27th, however late it gets.
    """
    return starts.date() if is_its_night(now, starts) else now.astimezone(starts.tzinfo).date()


def is_its_night(now: datetime, starts: datetime) -> bool:
    """Whether ``now`` belongs to the evening that starts at ``starts``."""
    return starts <= now < starts + _NIGHT


def is_to_come(now: datetime, starts: datetime) -> bool:
    """Whether that evening is still ahead, or goes on."""
    return now < starts + _NIGHT


def judge(permit: Permit, day: date, trust: ClockTrust) -> Finding:
    """How ``permit`` stands on ``day``."""
    return Finding(permit, _state(permit, day, trust))


def audit(permits: Iterable[Permit], day: date, evening: date, trust: ClockTrust) -> tuple[Finding, ...]:
    """Every permit as it stands on ``day``; one that will not hold on the ``evening`` is bad today."""
    found = []
    for permit in permits:
        today = judge(permit, day, trust)
        then = judge(permit, evening, ClockTrust.PROVEN)  # the evening's date is written, not told by a clock
        worse = then if then.is_bad and day <= evening else today
        early = today.state is PermitState.EARLY and not then.is_bad and day < evening
        found.append(Finding(permit, PermitState.GOOD) if early else worse)
    return tuple(found)


def _state(permit: Permit, day: date, trust: ClockTrust) -> PermitState:
    if not permit.reference:
        return PermitState.MISSING
    if permit.holds_from is None and permit.expires is None:
        return PermitState.GOOD
    if trust is ClockTrust.NONE:
        return PermitState.UNSURE
    if permit.holds_from is not None and day < permit.holds_from:
        return PermitState.EARLY
    if permit.expires is None:
        return PermitState.GOOD
    if day > permit.expires:
        return PermitState.EXPIRED
    return PermitState.SOON if permit.expires - day <= timedelta(permit.remind_days) else PermitState.GOOD
