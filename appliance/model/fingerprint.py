"""What a film looks like, second by second: enough to know it again, far too little to see anybody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.ids import BoxId, ClipId, EventId

DHASH_BYTES = 8
PHASH_BYTES = 32


class View(StrEnum):
    """What of a picture was hashed."""

    WHOLE = "whole"
    MIDDLE = "middle"
    """Nine tenths of its width and height: what is left when somebody crops it."""


@dataclass(frozen=True, slots=True)
class Look:
    """One picture: ``dhash`` (64 bits) to search by, ``phash`` (256 bits) to prove by."""

    at_ms: int
    """From the film's first picture."""
    dhash: bytes
    phash: bytes
    view: View = View.WHOLE

    def __post_init__(self) -> None:
        """Refuse hashes of another length: they could not be compared."""
        if self.at_ms < 0 or len(self.dhash) != DHASH_BYTES or len(self.phash) != PHASH_BYTES:
            raise ValueError(self)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A registered cut of a clip. Without ``looks`` it is too dark or too plain to be known again."""

    box: BoxId
    event: EventId
    clip: ClipId
    cut: str
    looks: tuple[Look, ...]
