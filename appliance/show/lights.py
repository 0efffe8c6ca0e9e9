"""House lights: the interface. What a cue asks for, a technology carries out."""

from __future__ import annotations

import logging
from typing import Protocol

from appliance.model.programme import HouseLights

_log = logging.getLogger(__name__)


class LightsDesk(Protocol):
    """Something that can light the room."""

    def set(self, lights: HouseLights) -> None:
        """Bring the room to ``lights``; idempotent, returns at once, never raises for a missing lamp."""
        ...


class NoLights:
    """A room whose lights are switched by hand: the remote says what they should be."""

    def __init__(self) -> None:
        """Nothing is known of the room yet."""
        self._standing: HouseLights | None = None

    def set(self, lights: HouseLights) -> None:
        """Say so once."""
        if lights is not self._standing:
            self._standing = lights
            _log.info("house lights %s, by hand", lights)
