"""The process `show`: wires director, journal, lights and the link to the player."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.clock import Clock, RealClock, ScaledClock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ids import SLUG, BoxId, CueId
from appliance.ipc import bell
from appliance.ipc.player_client import PlayerClient
from appliance.ipc.server import Handler, Request, Route
from appliance.manifest import event_manifest, packing_list
from appliance.model.picture import ScreenStatus
from appliance.model.programme import HouseLights
from appliance.model.show_view import Lease, ShowView, Verb
from appliance.paths import Paths, Service
from appliance.runtime.service import ServiceLoop
from appliance.show.director import Director
from appliance.show.journal import Journal
from appliance.show.lights import LightsDesk, NoLights
from appliance.show.player_link import PlayerLink
from appliance.show.screen import Surroundings
from appliance.store.outbox import Outbox
from appliance.store.show_rows import ShowRows

_TICK_S = 0.1


@dataclass(frozen=True, slots=True)
class Press:
    """Body of a verb."""

    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class LightsBody:
    """Body of `POST /lights`."""

    lights: HouseLights


@dataclass(frozen=True, slots=True)
class LoadBody:
    """Body of `POST /load`."""

    event: str


def run_show(paths: Paths, config: Config) -> None:
    """Serve until stopped."""
    clock = RealClock()
    show_clock = clock if config.box.speed == 1 else ScaledClock(clock, config.box.speed)
    rows = ShowRows.owner(paths)
    journal = Journal(rows, Outbox(BoxId(config.box.id), show_clock), show_clock)
    around = Surroundings(paths.media, config.portal.address, config.box.name, config.box.speed)
    director = Director(journal, rows.loaded(), around, show_clock, clock)
    loop = ServiceLoop(Service.SHOW, paths, clock)
    show = _Show(director, paths, NoLights(), loop, clock)
    show.bells = config.box.bell
    loop.serve(show.routes())
    loop.on_bell(show.link.wake)
    loop.every(_TICK_S, show.tick)
    show.link.start()
    try:
        loop.run()
    finally:
        show.link.stop()
        rows.database.close()


class _Show:
    """Carries out on the owner thread what the director decides."""

    bells = True

    def __init__(
        self, director: Director, paths: Paths, lights: LightsDesk, loop: ServiceLoop, clock: Clock
    ) -> None:
        self._director = director
        self._paths = paths
        self._lights = lights
        self.link = PlayerLink(
            PlayerClient(paths), clock, lambda status: loop.post(lambda: self._see(status))
        )

    def routes(self) -> list[Route]:
        """Every verb of the control socket."""
        verbs = [Route("POST", f"/{verb}", self._verb(verb)) for verb in Verb]
        return [
            *verbs,
            Route("GET", "/status", lambda _: self._director.view()),
            Route("POST", "/lights", self._set_lights),
            Route("POST", "/cues/{cue}/fire", self._fire),
            Route("POST", "/load", self._load),
            Route("POST", "/lease", self._lease),
        ]

    def tick(self) -> None:
        """Let time pass and see that room and screen are as they should be."""
        self._director.tick()
        self._after()

    def _see(self, status: ScreenStatus | None) -> None:
        self._director.see(status)
        self._after()

    def _after(self) -> None:
        self.link.want(self._director.wanted())
        self._lights.set(self._director.wanted_lights())

    def _changed(self, view: ShowView) -> ShowView:
        self._after()
        if self.bells:
            for service in (Service.SYNC, Service.CAPTURE):
                bell.ring(self._paths, service)
        return view

    def _verb(self, verb: Verb) -> Handler:
        def handle(request: Request) -> ShowView:
            return self._changed(self._director.press(verb, request.decode(Press).nonce))

        return handle

    def _set_lights(self, request: Request) -> ShowView:
        return self._changed(self._director.lights(request.decode(LightsBody).lights))

    def _fire(self, request: Request) -> ShowView:
        nonce = request.decode(Press).nonce
        return self._changed(self._director.fire(CueId(request.parts["cue"]), nonce))

    def _load(self, request: Request) -> ShowView:
        event = request.decode(LoadBody).event
        folder = self._paths.events / event
        if not SLUG.fullmatch(event) or not folder.is_dir():
            raise MatineeError("show.unknown_event", event=event)
        manifest = event_manifest.read_text(folder / "event.toml")
        packing = packing_list.decode((folder / "packing-list.json").read_bytes())
        return self._changed(self._director.load(manifest, packing))

    def _lease(self, _request: Request) -> Lease:
        return self._director.lease()
