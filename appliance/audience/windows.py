"""When an offer may be taken: cues open and close it, the calendar may say more, a hand may overrule them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import ClockTrust
from appliance.ids import DropId
from appliance.model.drop import Drop, RegionWindow


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where and when it is."""

    region: str
    now: datetime
    trust: ClockTrust


@dataclass(frozen=True, slots=True)
class Window:
    """Whether a drop may be taken now, and since when."""

    is_open: bool
    since: datetime | None = None
    by_hand: bool = False
    dates: RegionWindow | None = None
    """What the evening's plan says for this region."""
    elsewhere: bool = False
    """It is for other regions only: no hand opens it here."""


SHUT = Window(is_open=False)


def window(
    drop: Drop, cues: Mapping[DropId, datetime], hands: Mapping[DropId, tuple[str, datetime]],
    calendar: Calendar,
) -> Window:  # fmt: skip
    """What ``cues`` (open ones, with their moment), the calendar and the last hand make of it.

    Where there are dates for the region, they decide, also after the evening, and not the cues; with a clock
    that nobody vouches for, the cues. A hand overrules both, but no region.
    """
    dates = drop.window_in(calendar.region)
    if drop.windows and dates is None:
        return Window(is_open=False, elsewhere=True)
    said, at = hands.get(drop.id, ("cues", None))
    if said == "open":
        return Window(is_open=True, since=at, by_hand=True, dates=dates)
    if said == "closed":
        return Window(is_open=False, by_hand=True, dates=dates)
    if dates is not None and calendar.trust is not ClockTrust.NONE:
        inside = dates.opens <= calendar.now < dates.closes
        return Window(inside, dates.opens if inside else None, dates=dates)
    return Window(drop.id in cues, cues.get(drop.id), dates=dates)


def members_only_until(drop: Drop, here: Window, now: datetime) -> datetime | None:
    """Until when only members may take one; None: everybody may.

    A clock that was set back since it opened ends the members' minutes: nobody waits for an hour.
    """
    if not here.is_open or here.since is None or not drop.members_first_s:
        return None
    until = here.since + timedelta(seconds=drop.members_first_s)
    return until if here.since <= now < until else None
