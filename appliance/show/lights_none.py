"""A room whose lights are switched by hand: the remote says what they should be."""

from __future__ import annotations

import logging

from appliance.model.lighting import Lighting

_log = logging.getLogger(__name__)


class NoLights:
    """Says in the log what a hand should do."""

    def __init__(self) -> None:
        """Nothing is known of the room yet."""
        self._standing: Lighting | None = None

    def set(self, lighting: Lighting) -> None:
        """Say so once."""
        if self._standing is None or lighting.look is not self._standing.look:
            _log.info("house lights %s, by hand", lighting.look)
        self._standing = lighting

    def close(self) -> None:
        """Nothing to let go."""
