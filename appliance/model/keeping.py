"""How long what a box knows of people stays on it, and when a new answer to that counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import ClockTrust
from appliance.errors import MatineeError

FOR_EVER = 0
MOST_DAYS = 3650
SECOND_THOUGHTS = timedelta(days=1)
"""So long a shorter time does not count yet: until then whoever said it can take it back."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Days that things stay here; ``FOR_EVER``: until the box is given away."""

    people_days: int = 7
    """Sealed sign-ups, once they are in the bucket; names on guest lists, after their evening."""
    clips_days: int = 30
    """Clips, once they are in the bucket; those that nobody approved, from when they were made."""

    def __post_init__(self) -> None:
        """``keeping.bad_days``."""
        if not all(FOR_EVER <= days <= MOST_DAYS for days in (self.people_days, self.clips_days)):
            raise MatineeError("keeping.bad_days", most=MOST_DAYS)


DEFAULT = Keeping()


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody of the staff said, and when."""

    keeping: Keeping
    at: datetime
    staff: str = ""


def said_now(said: Sequence[Said]) -> Keeping:
    """The newest answer; ``said`` newest first."""
    return said[0].keeping if said else DEFAULT


def in_force(said: Sequence[Said], now: datetime) -> Keeping:
    """What counts at ``now``: of all that was the newest answer within the last day, the longest.

    ``said`` newest first. Nothing is shredded that a press on Undo could still have kept.
    """
    counts: list[Keeping] = []
    for one in said:
        counts.append(one.keeping)
        if now - one.at >= SECOND_THOUGHTS:
            break
    else:
        counts.append(DEFAULT)
    return Keeping(
        _longest(one.people_days for one in counts),
        _longest(one.clips_days for one in counts),
    )


def before(days: int, now: datetime, trust: ClockTrust) -> datetime | None:
    """What is older than this is shredded; None: nothing is.

    Only a proven clock shreds: one that stands in 2038 by mistake would take everything.
    """
    if days == FOR_EVER or trust is not ClockTrust.PROVEN:
        return None
    return now - timedelta(days=days)


def _longest(days: Iterable[int]) -> int:
    known = list(days)
    return FOR_EVER if FOR_EVER in known else max(known)
