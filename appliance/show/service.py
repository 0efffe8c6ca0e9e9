"""The process `show`: wires director, journal, lights, OSC and the link to the player."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from appliance.clock import Clock, ScaledClock
from appliance.config import Config
from appliance.ids import BoxId
from appliance.ipc import bell
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.console_client import ConsoleClient
from appliance.ipc.player_client import PlayerClient
from appliance.manifest.reels import ReelShelf
from appliance.manifest.rehearsal_file import RehearsalNote
from appliance.model.picture import ScreenStatus
from appliance.model.show_view import Phase, ShowView
from appliance.paths import Paths, Service
from appliance.runtime.box_clock import BoxClock
from appliance.runtime.service import ServiceLoop
from appliance.show.clock_watch import LOOK_S, ClockWatch
from appliance.show.director import Director
from appliance.show.first_light import LIT, LightAsker, lit
from appliance.show.journal import Journal
from appliance.show.lights import LightsDesk
from appliance.show.lights_none import NoLights
from appliance.show.lights_sacn import SacnLights
from appliance.show.osc_desk import OscDesk
from appliance.show.osc_door import OscDoors
from appliance.show.player_link import PlayerLink
from appliance.show.routes import Act, routes
from appliance.show.screen import Surroundings, rehearsed
from appliance.show.stock import StockOfRows
from appliance.show.votes import VotesOfRows
from appliance.store.outbox import Outbox
from appliance.store.show_rows import ShowRows

_TICK_S = 0.1
_REST_S = 0.5
"""While no event is on, nothing comes by itself."""


def run_show(paths: Paths, config: Config) -> None:
    """Serve until stopped."""
    clock = BoxClock(paths.root)
    loop = ServiceLoop(Service.SHOW, paths, clock)
    show_clock = clock if config.box.speed == 1 else ScaledClock(clock, config.box.speed)
    rows = ShowRows.owner(paths)
    journal = Journal(rows, Outbox(BoxId(config.box.id), show_clock), show_clock)
    around = Surroundings(
        paths.media,
        config.portal.address,
        config.box.name,
        config.box.speed,
        config.house,
        ReelShelf(paths.events, paths.derived),
        paths.events,
        config.live.port,
    )
    votes = VotesOfRows(paths)
    director = Director(journal, rows.loaded(), around, show_clock, clock, StockOfRows(paths), votes)
    lights = _lights(config, clock)
    show = _Show(director, paths, lights, loop, clock)
    show.bells = config.box.bell
    mark = partial(CaptureClient(paths).mark, "osc")
    osc = OscDoors(config.osc, OscDesk(lambda act: loop.call(lambda: show.perform(act)), clock, mark))
    show.heard = osc.tell
    watch = ClockWatch(paths.root, clock, rows.database, Outbox(BoxId(config.box.id), clock))
    loop.every(LOOK_S, watch.look)
    loop.serve(routes(paths, director, show.perform, watch.told))
    loop.on_bell(show.link.wake)
    loop.every(_TICK_S, show.tick, rest_s=_REST_S, resting=lambda: director.phase is Phase.NONE)
    show.link.start()
    show.asker.start()
    osc.start()
    try:
        loop.run()
    finally:
        osc.stop()
        show.link.stop()
        show.asker.stop()
        lights.close()
        rows.database.close()


def _lights(config: Config, clock: Clock) -> LightsDesk:
    if config.lights.technology == "sacn":
        return SacnLights(config.lights, config.box.id, clock)
    return NoLights()


class _Show:
    """Carries out on the owner thread what the director decides."""

    bells = True

    def __init__(
        self, director: Director, paths: Paths, lights: LightsDesk, loop: ServiceLoop, clock: Clock
    ) -> None:
        self._director = director
        self._paths = paths
        self._lights = lights
        self._stood: object = None
        self._phase = Phase.NONE
        self.heard: Callable[[ShowView], None] = _nobody
        console = ConsoleClient(paths)
        self.asker = LightAsker(console.first_light, lambda: self._phase in LIT, clock)
        self._rehearsal = RehearsalNote(paths.rehearsals)
        self.link = PlayerLink(
            PlayerClient(paths), clock, lambda status: loop.post(lambda: self._see(status))
        )

    def perform(self, act: Act) -> ShowView:
        """Carry out ``act``; room and screen follow before it is answered."""
        act(self._director)
        self._after()
        return self._director.view()

    def tick(self) -> None:
        """Let time pass and see that room and screen are as they should be."""
        self._director.tick()
        self._after()

    def _see(self, status: ScreenStatus | None) -> None:
        self._director.see(status)
        self._after()

    def _after(self) -> None:
        stands = self._director.stands()
        self._phase = self._director.phase
        shown = rehearsed(self._director.wanted(), self._rehearsal.words(self._director.event))
        self.link.want(lit(shown, self._phase, self.asker.light))
        sought = self._director.take_sought()
        if sought is not None:
            self.link.seek(*sought)
        self._lights.set(self._director.standing().lighting)
        if stands != self._stood:
            self._stood = stands
            self._tell()

    def _tell(self) -> None:
        """Whoever follows the show looks at once, also when an item ended by itself."""
        self.heard(self._director.view())
        if self.bells:
            for service in (Service.CAPTURE, Service.SYNC):
                bell.ring(self._paths, service)


def _nobody(_view: ShowView) -> None:
    """Nobody is told."""
