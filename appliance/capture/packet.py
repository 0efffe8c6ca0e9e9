"""One encoded packet of the house: the same shape from every camera."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stream(StrEnum):
    """What a packet carries."""

    VIDEO = "video"
    """H.264 in Annex B form; every key frame brings its own parameter sets."""
    AUDIO = "audio"
    """AAC with an ADTS header on every packet."""


@dataclass(frozen=True, slots=True)
class Packet:
    """Encoded bytes and their time. Needs nothing beside it to be understood: a cut may begin here."""

    data: bytes
    pts_us: int
    """When it is seen or heard: microseconds of the box's monotonic clock."""
    key: bool
    stream: Stream
    dts_us: int
    """When it is decoded; equal to ``pts_us`` unless the camera reorders frames."""
    duration_us: int = 0
    """0: until the next one."""
