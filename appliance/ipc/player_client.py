"""Ask the player."""

from __future__ import annotations

from appliance.ipc.client import ControlClient
from appliance.model.picture import Screen, ScreenStatus
from appliance.paths import Paths, Service


class PlayerClient:
    """What the show, and whoever looks on, may ask of the player."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.PLAYER, timeout_s=3.0)

    def show(self, screen: Screen) -> ScreenStatus:
        """Put ``screen``; idempotent. Raises ``ipc.not_running`` while the player restarts."""
        return self._control.ask("PUT", "/screen", ScreenStatus, screen)

    def seek(self, token: str, position_ms: int) -> ScreenStatus:
        """Go to a place in the showing ``token``, if that is what is seen."""
        return self._control.ask("POST", "/seek", ScreenStatus, {"token": token, "position_ms": position_ms})

    def status(self) -> ScreenStatus:
        """What is on the screen."""
        return self._control.ask("GET", "/status", ScreenStatus)

    def picture(self) -> bytes:
        """The picture on the screen now, as one small JPEG, shared by all who ask."""
        return self._control.ask_raw("GET", "/picture.jpg")
