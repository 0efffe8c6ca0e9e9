"""What the organiser withdrew: keys of lost boxes, single passes, and what a lost box signs from then on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.ids import AttendeeId

KEY = "key:"
PASS = "pass:"  # noqa: S105 a word, not a secret
CLIPS = "clips:"
"""``clips:<box>@20261122T090000Z``: what that box signs from then on is not trusted."""
_CLIPS_AT = "%Y%m%dT%H%M%SZ"
_CLIPS = re.compile(r"clips:(?P<box>[a-z0-9][a-z0-9-]{0,62})@(?P<at>\d{8}T\d{6}Z)")

_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Revocations:
    """One state of the list."""

    version: int = 0
    made_at: datetime = _NEVER
    """When the organiser signed it: whatever this box's clock says, it is later than that."""
    revoked: frozenset[str] = frozenset()
    """``key:<key id>``, ``pass:<attendee>`` and ``clips:<box>@<time>``."""

    def names(self, attendee: AttendeeId, key_id: str) -> bool:
        """Tell whether that pass, or the key that signed it, is withdrawn."""
        return f"{KEY}{key_id}" in self.revoked or f"{PASS}{attendee}" in self.revoked


def clips_name(box: str, at: datetime) -> str:
    """What stands in the list for the clips that ``box`` signs from ``at`` on."""
    return f"{CLIPS}{box}@{at.astimezone(UTC):{_CLIPS_AT}}"


def clips_withdrawn(revoked: Iterable[str], box: str) -> datetime | None:
    """From when on clips signed by ``box`` are not trusted; None: they are."""
    times = [
        datetime.strptime(found["at"], _CLIPS_AT).replace(tzinfo=UTC)
        for name in revoked
        if (found := _CLIPS.fullmatch(name)) is not None and found["box"] == box and _is_time(found["at"])
    ]
    return min(times, default=None)


def is_clips_name(name: str) -> bool:
    """Whether ``name`` withdraws a box's clips from a time on."""
    found = _CLIPS.fullmatch(name)
    return found is not None and _is_time(found["at"])


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, _CLIPS_AT).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
