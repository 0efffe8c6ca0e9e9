"""A player at its socket, with a lever: what it shows, and whether it is there at all."""

from __future__ import annotations

from appliance.ipc.server import ControlServer, Raw, Route
from appliance.model.picture import ScreenStatus
from appliance.paths import Paths, Service

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


class SimulatedPlayer:
    """Answers as the player's contract says; ``leave`` and ``come`` are the lever."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._server: ControlServer | None = None
        self.status = ScreenStatus()
        self.pictures = 0

    def come(self) -> SimulatedPlayer:
        routes = [
            Route("GET", "/status", lambda _: self.status),
            Route("PUT", "/screen", lambda _: self.status),
            Route("GET", "/picture.jpg", lambda _: self._picture()),
        ]
        self._server = ControlServer(self._paths.socket(Service.PLAYER), routes, lambda work: work())
        return self

    def leave(self) -> None:
        if self._server is not None:
            self._server.close()
            self._paths.socket(Service.PLAYER).unlink(missing_ok=True)
            self._server = None

    def _picture(self) -> Raw:
        self.pictures += 1
        return Raw(JPEG, "image/jpeg")
