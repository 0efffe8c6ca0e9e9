"""When an offer may be taken: cues open and close it, a hand may overrule them, members may go first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.ids import DropId
from appliance.model.drop import Drop


@dataclass(frozen=True, slots=True)
class Window:
    """Whether a drop may be taken now, and since when."""

    is_open: bool
    since: datetime | None = None
    by_hand: bool = False


SHUT = Window(is_open=False)


def window(
    drop: DropId, cues: Mapping[DropId, datetime], hands: Mapping[DropId, tuple[str, datetime]]
) -> Window:
    """What ``cues`` (open ones, with their moment) and the last hand make of it: a hand overrules."""
    said, at = hands.get(drop, ("cues", None))
    if said == "open":
        return Window(is_open=True, since=at, by_hand=True)
    if said == "closed":
        return Window(is_open=False, by_hand=True)
    return Window(drop in cues, cues.get(drop))


def members_only_until(drop: Drop, here: Window, now: datetime) -> datetime | None:
    """Until when only members may take one; None: everybody may.

    A clock that was set back since it opened ends the members' minutes: nobody waits for an hour.
    """
    if not here.is_open or here.since is None or not drop.members_first_s:
        return None
    until = here.since + timedelta(seconds=drop.members_first_s)
    return until if here.since <= now < until else None
