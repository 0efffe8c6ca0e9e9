"""Films onto the box from a browser, by tus 1.0 and by a plain form."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.clock import RealClock
from appliance.config import Config
from appliance.paths import Paths
from appliance.store.console_rows import Role, StaffRows
from cache.media_store import media_path
from lab.hostile_films import ffmpeg
from lab.small_film import make_film
from lab.staff_room import Person, signed_in_as, until
from lab.sync_process import SyncProcess
from provisioning.intake import Stage
from webui.console.app import create_app
from webui.console.console import Console
from webui.console.service import furnish
from webui.console.sessions import Sessions

PIECE = 300_000
TUS = {"Tus-Resumable": "1.0.0"}


class Sender:
    """A program that speaks tus, with a session of the console."""

    def __init__(self, person: Person) -> None:
        self.browser = person.browser
        self.headers = {**TUS, "X-CSRF-Token": person.csrf}

    def begin(self, name: str, size: int, **more: str) -> TestResponse:
        meta = f"filename {b64encode(name.encode()).decode()}"
        headers = {**self.headers, "Upload-Length": str(size), "Upload-Metadata": meta, **more}
        return self.browser.post("/setup/uploads", headers=headers)

    def patch(self, place: str, offset: int, content: bytes, **more: str) -> TestResponse:
        headers = {**self.headers, "Upload-Offset": str(offset), **more}
        kind = headers.pop("kind", "application/offset+octet-stream")
        return self.browser.patch(place, headers=headers, data=content, content_type=kind)

    def offset(self, place: str) -> int:
        return int(self.browser.head(place, headers=self.headers).headers["Upload-Offset"])

    def send(self, name: str, content: bytes) -> str:
        place = str(self.begin(name, len(content)).headers["Location"])
        for at in range(0, len(content), PIECE):
            assert self.patch(place, at, content[at : at + PIECE]).status_code == 204
        return place


@pytest.fixture
def console(paths: Paths, config: Config, rows: StaffRows) -> Iterator[Console]:
    clock = RealClock()
    made = furnish(paths, config, clock, Sessions(rows, clock))
    made.intake.start()
    yield made
    made.intake.stop()


@pytest.fixture
def person(console: Console, rows: StaffRows) -> Person:
    clock = RealClock()
    return signed_in_as(create_app(console), console, rows, clock, Role.ORGANISER)  # type: ignore[arg-type]


@pytest.fixture
def sender(person: Person) -> Sender:
    return Sender(person)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", 1).read_bytes()


def stage(console: Console) -> Stage:
    return console.intake.arrivals()[0].stage


def test_a_film_in_pieces_is_checked_and_comes_onto_the_card(
    paths: Paths, console: Console, sender: Sender, film: bytes
) -> None:
    with SyncProcess(paths):
        sender.send("tide.mp4", film)
        until(lambda: stage(console) is Stage.READY)
        page = sender.browser.get("/setup").get_data(as_text=True)
    assert "tide.mp4" in page
    assert ">ready<" in page
    assert "It plays on this PC." in page
    (stored,) = paths.media.glob("??/*[!s]")
    assert stored.read_bytes() == film
    assert stored == media_path(paths.media, stored.name)  # type: ignore[arg-type]
    assert list(paths.uploads.iterdir()) == []


def test_a_film_waits_while_sync_restarts_and_survives_a_restart_of_the_console(
    paths: Paths, config: Config, console: Console, sender: Sender, film: bytes, rows: StaffRows
) -> None:
    sender.send("tide.mp4", film)
    until(lambda: stage(console) is Stage.STORING)
    console.intake.stop()
    clock = RealClock()
    again = furnish(paths, config, clock, Sessions(rows, clock))
    again.intake.start()
    with SyncProcess(paths):
        until(lambda: stage(again) is Stage.READY)
    again.intake.stop()


def test_a_plain_form_will_do(paths: Paths, console: Console, person: Person, tmp_path: Path) -> None:
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1")
    ffmpeg(*picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", tmp_path / "small.mp4")
    film = (tmp_path / "small.mp4").read_bytes()
    with SyncProcess(paths):
        sent = person.browser.post(
            "/setup/films", data={"csrf": person.csrf, "film": (io.BytesIO(film), "films/tide.mp4")}
        )
        assert (sent.status_code, sent.headers["Location"]) == (303, "/setup#films")
        until(lambda: stage(console) is Stage.READY)
    assert console.intake.arrivals()[0].name == "tide.mp4"


def test_what_is_no_film_is_refused_in_a_sentence_and_can_be_cleared_away(
    paths: Paths, console: Console, sender: Sender, person: Person
) -> None:
    sender.send("page.mp4", b"<html>Sign in to the hotel</html>" * 100)
    until(lambda: stage(console) is Stage.REFUSED)
    assert "is not a film that can be shown" in sender.browser.get("/setup/films").get_data(as_text=True)
    arrival = console.intake.arrivals()[0].id
    assert person.post(f"/setup/films/{arrival}/dismiss").status_code == 303
    assert console.intake.arrivals() == []
    assert list(paths.uploads.iterdir()) == []


def test_what_will_not_play_says_why_and_is_converted_when_asked(
    paths: Paths, console: Console, sender: Sender, person: Person, tmp_path: Path
) -> None:
    heavy = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1")
    ffmpeg(*heavy, "-c:v", "rawvideo", "-pix_fmt", "yuv420p", tmp_path / "raw.mkv")
    sender.send("raw.mkv", (tmp_path / "raw.mkv").read_bytes())
    until(lambda: stage(console) is Stage.WILL_NOT)
    page = sender.browser.get("/setup/films").get_data(as_text=True)
    assert "can not decode" in page
    assert "ffmpeg -i raw.mkv" in page
    with SyncProcess(paths):
        arrival = console.intake.arrivals()[0].id
        assert person.post(f"/setup/films/{arrival}/convert").status_code == 303
        until(lambda: stage(console) is Stage.READY)
    ready = console.intake.arrivals()[0]
    assert ready.name == "raw.pc.mp4"
    assert person.post(f"/setup/films/{arrival}/convert").status_code == 404


def test_the_server_says_what_it_understands(sender: Sender) -> None:
    answer = sender.browser.options("/setup/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "termination"}


def test_refusals_are_those_of_the_protocol(sender: Sender, film: bytes) -> None:
    assert sender.begin("a.mp4", 10, **{"Tus-Resumable": "0.2.2"}).status_code == 412
    assert sender.begin("a.mp4", 10, **{"Upload-Length": "many"}).status_code == 400
    assert sender.begin("a.mp4", 1 << 39).status_code == 413
    place = str(sender.begin("a.mp4", 10).headers["Location"])
    assert sender.patch(place, 0, b"12345", kind="text/plain").status_code == 415
    assert sender.patch(place, 3, b"12345").status_code == 409
    assert sender.patch(place, 0, b"12345").headers["Upload-Offset"] == "5"
    assert sender.patch(place, 0, b"12345").status_code == 409
    assert sender.patch(place, 5, film).status_code == 413
    answer = sender.browser.head(place, headers=sender.headers)
    assert (answer.status_code, answer.headers["Upload-Length"]) == (200, "10")
    assert answer.headers["Cache-Control"] == "no-store"
    assert sender.browser.delete(place, headers=sender.headers).status_code == 204
    assert sender.browser.head(place, headers=sender.headers).status_code == 404


def test_only_staff_with_their_own_token_may_send(console: Console, sender: Sender, paths: Paths) -> None:
    stranger: FlaskClient = create_app(console).test_client()
    headers = {**TUS, "Upload-Length": "10"}
    assert stranger.post("/setup/uploads", headers=headers).status_code == 401
    assert sender.browser.post("/setup/uploads", headers=headers).status_code == 403
    assert stranger.post("/setup/films", data={"film": (io.BytesIO(b"x"), "a.mp4")}).status_code == 401
    assert sender.browser.post("/setup/films", data={"film": (io.BytesIO(b"x"), "a.mp4")}).status_code == 403
    assert sender.browser.post("/setup/stick", data={"device": "/dev/sda1"}).status_code == 403
    assert list(paths.uploads.iterdir()) == []


def test_a_device_that_is_no_stick_is_not_touched(person: Person) -> None:
    for device in ("/dev/vda", "/etc", ""):
        assert person.post("/setup/stick", device=device).status_code == 404
