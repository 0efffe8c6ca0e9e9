"""A player at its socket, with a lever: what it shows, and whether it is there at all."""

from __future__ import annotations

from dataclasses import replace

from appliance.ipc.server import ControlServer, Raw, Request, Route
from appliance.model.picture import Film, Picture, Screen, ScreenStatus
from appliance.paths import Paths, Service
from appliance.player.service import Seek

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


class SimulatedPlayer:
    """Shows what it is told, and films stand where they are. Levers: ``leave``, ``come`` and ``status``."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._server: ControlServer | None = None
        self.status = ScreenStatus()
        self.pictures = 0
        self.wanted: Picture | None = None

    def come(self) -> SimulatedPlayer:
        routes = [
            Route("GET", "/status", lambda _: self.status),
            Route("PUT", "/screen", self._show),
            Route("POST", "/seek", self._seek),
            Route("GET", "/picture.jpg", lambda _: self._picture()),
        ]
        self._server = ControlServer(self._paths.socket(Service.PLAYER), routes, lambda work: work())
        return self

    def leave(self) -> None:
        if self._server is not None:
            self._server.close()
            self._paths.socket(Service.PLAYER).unlink(missing_ok=True)
            self._server = None

    def _show(self, request: Request) -> ScreenStatus:
        self.wanted = now = request.decode(Screen).now
        if now.token != self.status.token:
            film = isinstance(now, Film)
            self.status = ScreenStatus(
                token=now.token,
                kind="film" if film else "card",
                position_ms=now.start_ms if isinstance(now, Film) else 0,
                playing=film,
            )
        return self.status

    def _seek(self, request: Request) -> ScreenStatus:
        wanted = request.decode(Seek)
        if wanted.token == self.status.token:
            self.status = replace(self.status, position_ms=wanted.position_ms)
        return self.status

    def _picture(self) -> Raw:
        self.pictures += 1
        return Raw(JPEG, "image/jpeg")
