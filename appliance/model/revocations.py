"""What the organiser withdrew: keys of lost boxes and single passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.ids import AttendeeId

KEY = "key:"
PASS = "pass:"  # noqa: S105 a word, not a secret

_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Revocations:
    """One state of the list."""

    version: int = 0
    made_at: datetime = _NEVER
    """When the organiser signed it: whatever this box's clock says, it is later than that."""
    revoked: frozenset[str] = frozenset()
    """``key:<key id>`` and ``pass:<attendee>``."""

    def names(self, attendee: AttendeeId, key_id: str) -> bool:
        """Tell whether that pass, or the key that signed it, is withdrawn."""
        return f"{KEY}{key_id}" in self.revoked or f"{PASS}{attendee}" in self.revoked
