"""An issue, and how long it has been one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.errors import sentences

REMEDIES: Mapping[str, str] = {
    "health.service_away": "health.service_away_fix",
    "health.disk_low": "health.disk_low_fix",
    "health.power_weak": "health.power_weak_fix",
    "health.on_battery": "health.on_battery_fix",
    "health.damaged": "health.damaged_fix",
    "health.unreadable": "health.unreadable_fix",
    "health.film_damaged": "health.film_damaged_fix",
    "health.clip_gone": "health.clip_gone_fix",
    "health.oversold": "health.oversold_fix",
    "health.outbox_twice": "health.outbox_twice_fix",
    "health.own_name_ends": "health.own_name_ends_fix",
    "health.own_name_bad": "health.own_name_bad_fix",
    "health.permit_bad": "health.permit_bad_fix",
    "health.permit_soon": "health.permit_soon_fix",
}
"""What can be wrong, and what to do about each."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that is not as it should be."""

    key: str
    """Stable; of one fault there is one key."""
    sentence: str
    suggestion: str
    since: datetime
    grave: bool = False
    """Whether the evening itself is in danger."""


def issue(kind: str, about: str, since: datetime, *, grave: bool = False, **facts: object) -> Issue:
    """Make an issue of ``kind`` (one of ``REMEDIES``) about one thing, in the words of ``sentences.toml``."""
    words = sentences()
    return Issue(
        f"{kind.removeprefix('health.')}:{about}",
        words[kind].format(**facts),
        words[REMEDIES[kind]].format(**facts),
        since,
        grave,
    )


def ongoing(before: Iterable[Issue], found: Iterable[Issue]) -> list[Issue]:
    """Return ``found``; what was an issue ``before`` keeps the moment since which it is one."""
    known = {old.key: old.since for old in before}
    return [replace(new, since=known.get(new.key, new.since)) for new in found]
