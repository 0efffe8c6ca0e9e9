"""The sockets of an X display: whether a projector hangs on one of them (X RandR 1.3)."""

from __future__ import annotations

from typing import Any

from Xlib.ext import randr

from appliance.clock import Clock

_EACH_S = 1.0


class Outputs:
    """Looked at once a second, as X has them: making the hardware look would take a picture's time."""

    def __init__(self, x: Any, clock: Clock) -> None:  # noqa: ANN401 python-xlib's display
        """Of the display's own screen."""
        self._x = x
        self._root = x.screen().root
        self._clock = clock
        self.lit = self._lit()
        self._looked_at = clock.monotonic()

    def virtual(self) -> bool:
        """Whether no screen is behind it: Xvfb calls its one output "screen", real ones are HDMI-1, eDP-1."""
        return {info.name for info in self._infos()} <= {"screen", "default"}

    def look(self) -> None:
        """Take in what was plugged in or pulled out since; at most once a second."""
        now = self._clock.monotonic()
        if now - self._looked_at >= _EACH_S:
            self._looked_at = now
            self.lit = self._lit()

    def _lit(self) -> bool:
        return any(info.connection != randr.Disconnected and info.crtc for info in self._infos())

    def _infos(self) -> list[Any]:
        resources = self._root.xrandr_get_screen_resources_current()
        return [
            self._x.xrandr_get_output_info(output, resources.config_timestamp) for output in resources.outputs
        ]
