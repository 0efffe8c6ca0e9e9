"""One picture through a camera: before doors or while the room is filmed, lamp lit, gone in a minute."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from appliance.capture.camera import Camera, Sink
from appliance.capture.camera_loop import LoopCamera, read_film
from appliance.capture.evenings import Evenings
from appliance.capture.looking_through import FIRST, SECOND, LookingThrough
from appliance.capture.packet import Packet
from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.model.show_view import Phase
from appliance.paths import Paths
from lab.audience import SAMPLE, Evening
from lab.house import make_house
from lab.simulated_camera import SimulatedCamera


class Lamp:
    """Notes how it was switched. Lever: ``works``."""

    name = "led ACT"

    def __init__(self) -> None:
        self.works = True
        self.switched: list[bool] = []

    def show(self, *, on: bool) -> bool:
        self.switched.append(on)
        return self.works


class Room:
    """Levers: ``camera``, ``filmed``, ``not_now``."""

    def __init__(self, camera: Camera, clock: HeldClock) -> None:
        self.camera, self.lamp = camera, Lamp()
        self.filmed: Packet | None = None
        self.not_now = ""
        self.opened: list[str] = []
        self.films = False
        self.looking = LookingThrough(
            self.open, lambda _: self.filmed, lambda: self.films, lambda: self.not_now, self.lamp, clock
        )

    def open(self, which: str) -> Camera:
        self.opened.append(which)
        return self.camera


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=1)


@pytest.fixture
def room(film: Path, clock: HeldClock) -> Room:
    return Room(LoopCamera(film, RealClock()), clock)


def test_one_picture_with_the_lamp_lit_meanwhile_and_gone_in_a_minute(room: Room, clock: HeldClock) -> None:
    room.looking.look(SECOND)
    with Image.open(io.BytesIO(room.looking.seen(SECOND))) as picture:
        assert picture.size[0] <= 480
    assert (room.opened, room.lamp.switched) == ([SECOND], [True, False])
    with pytest.raises(MatineeError, match="last minute"):
        room.looking.seen(FIRST)
    clock.advance(61)
    with pytest.raises(MatineeError, match="last minute"):
        room.looking.seen(SECOND)


def test_no_camera_is_opened_while_it_may_not_be_or_the_lamp_stays_dark(room: Room) -> None:
    room.not_now = "People are here."
    with pytest.raises(MatineeError, match="People are here"):
        room.looking.look(FIRST)
    room.not_now, room.lamp.works = "", False
    with pytest.raises(MatineeError) as dark:
        room.looking.look(FIRST)
    assert dark.value.key == "capture.no_indicator"
    assert room.opened == []


def test_while_the_room_is_filmed_it_is_that_picture_and_no_camera_is_opened(room: Room, film: Path) -> None:
    room.filmed, room.not_now = next(iter(read_film(film))), "never asked"
    room.looking.look(FIRST)
    assert room.looking.seen(FIRST).startswith(b"\xff\xd8")
    assert (room.opened, room.lamp.switched) == ([], [])


def test_while_the_room_is_filmed_a_camera_without_a_picture_is_not_opened(room: Room) -> None:
    room.films = True
    with pytest.raises(MatineeError, match="The room is filmed"):
        room.looking.look(SECOND)
    assert (room.opened, room.lamp.switched) == ([], [])


@pytest.mark.parametrize("comes", ["a leave", "the doors"])
def test_a_look_ends_when_a_leave_or_the_doors_come_without_a_picture(clock: HeldClock, comes: str) -> None:
    class Slow(SimulatedCamera):
        """It has no picture before the lever moves."""

        def start(self, sink: Sink) -> None:
            super().start(sink)
            here.films, here.not_now = comes == "a leave", "People are here." if comes == "the doors" else ""

    camera = Slow(clock)
    here = Room(camera, clock)
    with pytest.raises(MatineeError) as refused:
        here.looking.look(FIRST)
    assert refused.value.key == "capture.look_later"
    assert not camera.running
    assert here.lamp.switched == ([True] if comes == "a leave" else [True, False])
    with pytest.raises(MatineeError, match="last minute"):
        here.looking.seen(FIRST)


def test_a_camera_that_can_not_be_opened_says_why_and_is_let_go(clock: HeldClock) -> None:
    camera = SimulatedCamera(clock)
    camera.broken = "It is used by another program."
    room = Room(camera, clock)
    with pytest.raises(MatineeError, match="used by another program") as refused:
        room.looking.look(FIRST)
    assert refused.value.key == "capture.nothing_seen"
    assert (camera.running, room.lamp.switched) == (False, [True, False])


def test_before_doors_is_before_doors_and_before_the_show(paths: Paths, clock: HeldClock) -> None:
    evenings = Evenings(paths)
    assert evenings.before_doors(clock), "no evening is loaded"
    evening = Evening(paths, clock, SAMPLE.read_text())
    to_doors = evening.event.doors - clock.now()
    clock.advance((to_doors - timedelta(minutes=1)).total_seconds())
    assert evenings.before_doors(clock)
    clock.advance(120)
    assert not evenings.before_doors(clock)
    clock.advance(-7200)
    evening.enter(0, Phase.RUNNING)
    assert not evenings.before_doors(clock)


def test_after_a_show_people_may_still_sit_there_whatever_is_loaded(paths: Paths, clock: HeldClock) -> None:
    evening = Evening(paths, clock, SAMPLE.read_text())
    clock.advance((evening.event.doors - clock.now() - timedelta(hours=8)).total_seconds())
    evening.enter(0, Phase.RUNNING)
    evening.load()
    evenings = Evenings(paths)
    assert not evenings.before_doors(clock)
    clock.advance(3 * 3600 + 60)
    assert evenings.before_doors(clock)
