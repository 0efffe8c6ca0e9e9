"""The box's links as others may see them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RadioState(StrEnum):
    """What the radio is doing."""

    NONE = "none"
    """There is no radio here, or it is not ours to touch."""
    HOTSPOT = "hotspot"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class NetworkView:
    """Where the box can be reached."""

    radio: RadioState
    host: str
    """``matinee-<id>.local``."""
    announced: bool
    """Whether neighbours can find it by mDNS."""
