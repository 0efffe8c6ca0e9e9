"""What the room shall be lit like: a named look, or a dimmer level, and how long it takes to get there."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.model.programme import HouseLights

_UP_FROM = 0.75
_HALF_FROM = 0.15


@dataclass(frozen=True, slots=True)
class Lighting:
    """``level`` 0 to 1 overrides the look's own; ``fade_s`` None: as the room is used to."""

    look: HouseLights
    level: float | None = None
    fade_s: float | None = None


def look_of(level: float) -> HouseLights:
    """The look that a dimmer level of 0 to 1 comes nearest to: what a remote shows."""
    if level >= _UP_FROM:
        return HouseLights.UP
    return HouseLights.HALF if level >= _HALF_FROM else HouseLights.DOWN
