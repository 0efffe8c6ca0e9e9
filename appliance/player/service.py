"""The player's process: display, engines, stage and control socket, wired together."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from appliance.clock import Clock
from appliance.config import Config
from appliance.ipc.bell import ring
from appliance.ipc.server import Raw, Request, Route
from appliance.model.picture import Card, Film, Screen, ScreenStatus
from appliance.model.programme import CardLayout
from appliance.paths import Paths, Service
from appliance.player.alarm import Alarm
from appliance.player.card_wall import CardWall
from appliance.player.cards import compose
from appliance.player.display import Display, Slot
from appliance.player.display_x11 import DisplayX11
from appliance.player.engine import Engine, LiveEngine
from appliance.player.engine_vlc import EngineVlc
from appliance.player.faults import calm_card
from appliance.player.film_source import FilmSources
from appliance.player.hush import hush_native_libraries
from appliance.player.lacks import lacks
from appliance.player.library_vlc import Library
from appliance.player.live import LivePicture
from appliance.player.live_vlc import LiveVlc
from appliance.player.mishaps import Mishaps
from appliance.player.remarks import Remarks
from appliance.player.slots import Slots
from appliance.player.stage import Stage
from appliance.player.words import Words
from appliance.runtime.memory import GIVE_BACK_S, give_back
from appliance.runtime.service import ServiceLoop

TICK_S = 0.01
"""A quarter of a picture: the stage is never later than this. Engines wake it besides, and near a film's end
it asks to be woken to the millisecond."""

START = Screen(Card("", CardLayout.IDLE, "Matinee"))
"""What stands until the show speaks. It has no token: nobody asked for it."""

_REST_S = 0.1
"""While a card stands and nothing is getting ready: nobody sees the difference, and the board is still."""

Wake = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Makers:
    """How the engines of a slot are made; they tell what is not as asked."""

    film: Callable[[Slot, Wake, Remarks], Engine]
    live: Callable[[Slot, Wake], LiveEngine]
    sound: bool = True
    """Whether there is a sound card."""


class Seek(msgspec.Struct, frozen=True):
    """Go to ``position_ms`` of the showing ``token``."""

    token: str
    position_ms: int


def run_player(paths: Paths, clock: Clock, config: Config) -> None:
    """Run until stopped. ``clock`` is the real one: a film's own ``rate`` says how fast the evening runs.

    Raises ``player.no_libvlc``, ``player.no_display``, ``core.second_instance``, and ``player.display_gone``.
    """
    loop = ServiceLoop(Service.PLAYER, paths, clock)
    hush_native_libraries()
    display = DisplayX11(config.display.name, clock, window=config.display.window)
    # libVLC looks for the display in the environment only.
    os.environ["DISPLAY"] = display.name
    library = Library(virtual_screen=display.virtual)

    def film(slot: Slot, wake: Wake, remarks: Remarks) -> Engine:
        return EngineVlc(library, display.window(slot), clock, wake, FilmSources(remarks).opener)

    def live(slot: Slot, wake: Wake) -> LiveEngine:
        return LiveVlc(library, display.window(slot), clock, wake)

    run_on(paths, clock, display, Makers(film, live, library.sound), bell=config.box.bell, loop=loop)


def run_on(
    paths: Paths,
    clock: Clock,
    display: Display,
    makers: Makers,
    *,
    bell: bool = True,
    loop: ServiceLoop | None = None,
) -> None:
    """Run the player on any display and engine; both are closed at the end."""
    loop = loop or ServiceLoop(Service.PLAYER, paths, clock)
    remarks = Remarks()

    def tick() -> None:
        stage.tick()
        if slots.films_settled:
            mishaps.settled()
        due_s = stage.due_s()
        if due_s is not None:
            alarm.due_in(due_s)

    def wake() -> None:
        loop.post(tick)

    alarm = Alarm(clock, wake)

    films = {slot: makers.film(slot, wake, remarks) for slot in Slot}
    streams = {slot: makers.live(slot, wake) for slot in Slot}
    words = Words(paths.run / "subtitles", remarks)
    mishaps = Mishaps(paths.run / "player.lives", clock)

    def dress(film: Film) -> Film:
        mishaps.opening(film.path)
        return words.dress(film)

    def tell() -> None:
        mishaps.seen(stage.film or "")
        if bell:
            ring(paths, Service.SHOW)

    slots = Slots(display, films, clock, dress, streams)
    stage = Stage(display, slots, CardWall(display, clock), clock, tell, remarks, mishaps.refusal)
    live = LivePicture(display, clock)
    display.stand_behind(compose(calm_card(""), display.size))
    stage.show(START)

    def status() -> ScreenStatus:
        return replace(stage.status(), lacks=lacks(display, sound=makers.sound))

    def seek(request: Request) -> object:
        wanted = request.decode(Seek)
        return stage.seek(wanted.token, wanted.position_ms)

    loop.every(TICK_S, tick, rest_s=_REST_S, resting=lambda: stage.resting)
    loop.every(GIVE_BACK_S, _tidying(stage))
    loop.serve(
        [
            Route("PUT", "/screen", lambda request: stage.show(request.decode(Screen))),
            Route("POST", "/seek", seek),
            Route("GET", "/status", lambda _request: status()),
            Route("GET", "/picture.jpg", lambda _request: Raw(live.jpeg(), "image/jpeg")),
        ]
    )
    loop.run()
    mishaps.end()
    alarm.close()
    slots.close()
    display.close()


def _tidying(stage: Stage) -> Callable[[], None]:
    """Give memory back between films: while one runs no decoder shall wait for its heap."""

    def tidy() -> None:
        if stage.film is None:
            give_back()

    return tidy
