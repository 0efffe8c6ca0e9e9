"""Cameras on Setup: look before doors, hear, choose; while the room is filmed nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import config
from appliance.clock import HeldClock
from appliance.paths import Paths
from lab.audience import SAMPLE, Evening
from lab.camera_room import CameraRoom
from lab.house import make_house
from lab.staff_room import Person


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=2)


@pytest.fixture
def room(paths: Paths, clock: HeldClock, film: Path) -> Iterator[CameraRoom]:
    room = CameraRoom(paths, film, clock)
    yield room
    room.close()


def test_before_doors_one_may_look_and_hear_and_later_the_page_says_why_not(
    room: CameraRoom, operator: Person, paths: Paths, clock: HeldClock
) -> None:
    assert room
    page = operator.browser.get("/setup/cameras").text
    assert "No camera or microphone is plugged in" in page
    assert "See what it sees" in page
    said = operator.post("/setup/cameras/look/first")
    assert said.status_code == 303
    assert 'src="/setup/cameras/seen/first.jpg"' in operator.browser.get(said.location).text
    picture = operator.browser.get("/setup/cameras/seen/first.jpg")
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert picture.data.startswith(b"\xff\xd8")
    assert operator.browser.get("/setup/cameras/seen/overhead.jpg").status_code == 404
    assert operator.post("/setup/cameras/look/wall").status_code == 404
    assert "dB at its loudest" in operator.post("/setup/cameras/level").text
    evening = Evening(paths, clock, SAMPLE.read_text())
    clock.advance((evening.event.doors - clock.now()).total_seconds() + 1)
    assert "See what it sees" not in operator.browser.get("/setup/cameras").text
    refused = operator.post("/setup/cameras/look/first")
    assert refused.status_code == 409
    assert "before the doors" in refused.text
    assert operator.browser.get("/setup/cameras/seen/first.jpg").status_code == 404


def test_what_is_chosen_is_written_and_taken_up_and_nothing_strange_is(
    room: CameraRoom, operator: Person, paths: Paths, film: Path
) -> None:
    chosen = {"source": str(film), "overhead_at": "rtsp://10.0.0.9/live", "overhead": "", "sound": ""}
    said = operator.post("/setup/cameras", **chosen)
    assert (said.status_code, room.anew) == (303, 1)
    assert "Saved" in operator.browser.get(said.location).text
    capture = config.load(paths).capture
    assert (capture.source, capture.overhead) == (str(film), "rtsp://10.0.0.9/live")
    for strange in (
        {"source": "/etc/passwd"},
        {"source_at": "file:///etc/passwd"},
        {"source_at": "rtsp://[x"},
        {"sound": "hw:9"},
    ):
        refused = operator.post("/setup/cameras", **strange)
        assert refused.status_code == 409
        assert "is no camera or microphone of this box" in refused.text
    twice = operator.post(
        "/setup/cameras", source_at="rtsp://10.0.0.9/live", overhead_at="rtsp://10.0.0.9/live"
    )
    assert (twice.status_code, "are the same" in twice.text) == (409, True)
    assert (config.load(paths).capture, room.anew) == (capture, 1)


def test_while_the_room_is_filmed_nothing_is_changed(
    room: CameraRoom, operator: Person, paths: Paths
) -> None:
    room.house.flip()
    room.house.film(1)
    page = operator.browser.get("/setup/cameras").text
    assert "The room is being filmed now." in page
    assert "Use these" not in page
    refused = operator.post("/setup/cameras", source="")
    assert refused.status_code == 409
    assert "Choose cameras before or after" in refused.text
    assert (config.load(paths).capture.source, room.anew) == ("", 0)


def test_what_filming_forestalled_is_not_taken_up_at_the_next_start(
    room: CameraRoom, operator: Person, paths: Paths, film: Path
) -> None:
    operator.post("/setup/cameras", source=str(film), overhead_at="rtsp://10.0.0.9/live")
    before = config.load(paths).capture
    room.films_meanwhile = True
    refused = operator.post("/setup/cameras", source_at="rtsp://10.0.0.8/live")
    assert (refused.status_code, "Choose cameras before or after" in refused.text) == (409, True)
    assert config.load(paths).capture == before


def test_without_a_camera_service_the_page_says_so(operator: Person) -> None:
    answer = operator.browser.get("/setup/cameras")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
