"""Which of several ways an offer is put to somebody: by chance, the same at every look."""

from __future__ import annotations

from hashlib import sha256

from appliance.ids import AttendeeId, EventId
from appliance.model.drop import Arm, Drop


def arm_of(drop: Drop, event: EventId, attendee: AttendeeId) -> Arm | None:
    """The way in which ``drop`` is put to ``attendee``; None if there is but one.

    Each way gets its share of the room; a person's ways on two evenings have nothing to do with each other.
    """
    if not drop.arms:
        return None
    digest = sha256(f"matinee arm 1\0{event}\0{drop.id}\0{attendee}".encode()).digest()
    return drop.arms[int.from_bytes(digest[:8]) % len(drop.arms)]


def arms_told(drop: Drop, event: EventId, attendee: AttendeeId) -> dict[str, dict[str, str]]:
    """What a fact about ``drop`` says of it, as fields: ``{"arms": {test: arm}}``, or nothing."""
    arm = arm_of(drop, event, attendee)
    return {} if arm is None else {"arms": {drop.id: arm.id}}
