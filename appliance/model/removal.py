"""Somebody who asks not to be shown, and whether a clip may be seen by others than the crew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from appliance.ids import ClipId, EventId

RemovalId = NewType("RemovalId", str)

LONGEST_WORDS = 120
"""Letters that say how the crew finds somebody in a picture."""


class RemovalAnswer(StrEnum):
    """What the crew found at one clip."""

    NOT_IN_IT = "not_in_it"
    """Whoever asked is not to be seen in it."""
    TAKEN_DOWN = "taken_down"
    """The clip goes, for good."""


class Release(StrEnum):
    """Whether a clip may leave the crew's hands: to the portal, the bucket, or a courier."""

    GIVEN = "given"
    HELD = "held"
    """Nobody has approved it, or somebody who asked not to be shown waits for an answer."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Removal:
    """What somebody asked. No name."""

    id: RemovalId
    event: EventId
    clip: ClipId | None
    """None: every clip of the evening."""
    asker: str
    """The random id of who holds the pass."""
    words: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One who waits for an answer at a clip, as the crew sees it."""

    removal: RemovalId
    words: str
    asked_at: datetime
