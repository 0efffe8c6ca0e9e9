"""House lights: the interface. What a cue asks for, a technology carries out."""

from __future__ import annotations

from typing import Protocol

from appliance.model.lighting import Lighting


class LightsDesk(Protocol):
    """Something that can light the room. It knows no cues, and the show knows no universes."""

    def set(self, lighting: Lighting) -> None:
        """Bring the room to ``lighting``; idempotent, returns at once, never raises for a missing lamp."""
        ...

    def close(self) -> None:
        """Let go; the lamps stay as they are."""
        ...
