"""The capture's equipment as Setup sees it: its own routes and socket, and a clip for a camera."""

from __future__ import annotations

from pathlib import Path

from appliance.capture.angles import Angles
from appliance.capture.equipment_routes import equipment_routes
from appliance.capture.evenings import Evenings
from appliance.capture.indicator import ScreenAlone
from appliance.capture.sound_level import SoundMeter
from appliance.clock import Clock
from appliance.config import CaptureTable
from appliance.errors import MatineeError
from appliance.ipc.server import ControlServer, Route
from appliance.paths import Paths, Service
from lab.paper_house import House


class CameraRoom:
    """Close it. ``house`` has the lever: flip it, and the show lets the room be filmed."""

    def __init__(self, paths: Paths, film: Path, clock: Clock) -> None:
        self.house = House(paths.root)
        self.anew = 0
        self.films_meanwhile = False
        """Whether filming begins after the page looked, before the service is asked to begin anew."""
        filming = Angles(self.house.filming, None, lambda _: 1.0)
        settings = CaptureTable(source=str(film))
        meter = SoundMeter(settings.source, (), lambda: filming.films)
        routes = (
            Route("GET", "/status", lambda _: filming.status()),
            Route("POST", "/sound", lambda _: meter.measure(), direct=True),
            *equipment_routes(
                settings, filming, Evenings(paths), ScreenAlone(), clock, self._start_anew, lambda *_: None
            ),
        )
        self._server = ControlServer(paths.socket(Service.CAPTURE), routes, lambda work: work())

    def close(self) -> None:
        self._server.close()
        self.house.close()

    def _start_anew(self) -> None:
        if self.films_meanwhile:
            raise MatineeError("capture.in_use")
        self.anew += 1
