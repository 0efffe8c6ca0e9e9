"""How much may go up an internet line that somebody pays for by the megabyte, and when: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from appliance.errors import MatineeError
from appliance.model.way_words import size_words

RESERVE_BYTES = 4_000_000
"""Of each day, for sign-ups and figures alone: clips never take it, and no cap is so low that it goes."""
_MB = 1_000_000
_MOST_MB = 1_000_000


def _time(moment: str) -> time | None:
    try:
        return time.fromisoformat(moment) if moment else None
    except ValueError as fault:
        raise MatineeError("sync.bad_hours") from fault


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a line may carry up; 0 and empty: no limit."""

    mb_per_day: int = 0
    mb_per_event: int = 0
    clips_from: str = ""
    """``23:30``, by the clock on the wall: clips go up from then on …"""
    clips_until: str = ""
    """… until then, also over midnight."""

    def __post_init__(self) -> None:
        """Raise ``sync.bad_allowance`` if it can not be meant."""
        if not (0 <= self.mb_per_day <= _MOST_MB and 0 <= self.mb_per_event <= _MOST_MB):
            raise MatineeError("sync.bad_allowance")
        if bool(self.clips_from) != bool(self.clips_until) or self.clips_from == self.clips_until != "":
            raise MatineeError("sync.bad_hours")
        for moment in (self.clips_from, self.clips_until):
            _time(moment)

    def is_quiet(self, now: datetime) -> bool:
        """Whether clips may go at ``now``, which is local time."""
        first, last = _time(self.clips_from), _time(self.clips_until)
        if first is None or last is None:
            return True
        at = now.time()
        return first <= at < last if first < last else at >= first or at < last


@dataclass(frozen=True, slots=True)
class Used:
    """Bytes that went up: today, and for one event."""

    day_rows: int = 0
    day_clips: int = 0
    event_rows: int = 0
    event_clips: int = 0


NO_LIMIT = Allowance()
"""Everything goes up at once."""


def clip_held(allowance: Allowance, used: Used, size: int, now: datetime, *, known: bool) -> str:
    """Why ``size`` more bytes of a clip may not go up now, as a sentence; empty: they may.

    ``now`` is local time, ``known`` whether somebody vouches for it.
    """
    hours = {"first": allowance.clips_from, "last": allowance.clips_until}
    if allowance.clips_from and not known:
        return MatineeError("sync.held_clock", **hours).sentence
    if not allowance.is_quiet(now):
        return MatineeError("sync.held_hours", **hours).sentence
    day, event = used.day_rows + used.day_clips, used.event_rows + used.event_clips
    if _over(allowance.mb_per_day, day + size + max(0, RESERVE_BYTES - used.day_rows)):
        return _held("sync.held_day", day, allowance.mb_per_day)
    if _over(allowance.mb_per_event, event + size + max(0, RESERVE_BYTES - used.event_rows)):
        return _held("sync.held_event", event, allowance.mb_per_event)
    return ""


def rows_held(allowance: Allowance, used: Used) -> str:
    """Why no sign-up and no figure may go up now: only where they alone used the day up. Empty: they may."""
    if allowance.mb_per_day and used.day_rows >= max(
        allowance.mb_per_day * _MB - used.day_clips, RESERVE_BYTES
    ):
        return _held("sync.held_rows", used.day_rows + used.day_clips, allowance.mb_per_day)
    return ""


def _over(cap_mb: int, size: int) -> bool:
    return bool(cap_mb) and size > cap_mb * _MB


def _held(key: str, used: int, cap_mb: int) -> str:
    return MatineeError(key, used=size_words(used), limit=size_words(cap_mb * _MB)).sentence
