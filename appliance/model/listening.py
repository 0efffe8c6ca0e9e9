"""Listening to the room during a film that allows it: what is kept of it, which is never sound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from appliance.ids import EventId, ItemId, ShowId
from appliance.model.capture import StopReason

StretchId = NewType("StretchId", str)
"""One stretch of listening without a gap, within one film."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds that were listened to; ``ended_at`` is None while it lasts, or if the service died in it."""

    id: StretchId
    event: EventId
    show: ShowId
    item: ItemId
    microphone: str
    position_ms: int
    """Place in the film where it began."""
    began_at: datetime
    seen_at: datetime
    """Up to here the show's leave is proven."""
    ended_at: datetime | None = None
    why: StopReason | None = None


@dataclass(frozen=True, slots=True)
class HouseReaction:
    """What the room did during a film."""

    id: str
    event: EventId
    item: ItemId
    sound: str
    """``laughter``, ``applause`` or ``cheer``."""
    position_ms: int
    """Place in the film."""
    lasted_ms: int
    score: float
    """0 to 1: how sure, by how long."""
    words: str
    """"laughed at 00:41 of Tide"."""
