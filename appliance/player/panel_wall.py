"""Panels on the display: drawn again only when they, or the screen's size, change."""

from __future__ import annotations

from appliance.model.picture import Overlay
from appliance.player.display import Display
from appliance.player.panels import panels


class PanelWall:
    """What lies over the picture that is seen."""

    def __init__(self, display: Display) -> None:
        """Nothing yet."""
        self._display = display
        self._laid: tuple[tuple[Overlay, ...], tuple[int, int]] = ((), (0, 0))

    def show(self, overlays: tuple[Overlay, ...]) -> None:
        """Let exactly ``overlays`` lie there."""
        wanted = (overlays, self._display.size)
        if wanted != self._laid:
            self._laid = wanted
            self._display.lay_over(panels(*wanted))
