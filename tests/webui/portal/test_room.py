"""The room, live, on phones: capped, only where the evening says so, gone the moment it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from appliance.capture.camera_loop import read_film
from appliance.capture.live.live_view import LiveView
from appliance.clock import HeldClock, RealClock
from appliance.config import CaptureTable, Config, PeopleTable, WebTable
from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId, ShowId
from appliance.ipc.server import ControlServer, Raw, Route
from appliance.model.capture import Run, RunId
from appliance.paths import Paths, Service
from appliance.sealing_age import make_key
from lab.audience import SAMPLE, Evening
from lab.browser import open_chromium
from lab.house import make_house
from lab.portal_process import Box, running
from webui.portal.watching import LIST, Pieces, Viewers

LIVE = SAMPLE.read_text() + "\n[watch]\nlive = true\n"
EVENT = EventId("harbour-lights")
PLAYS_LISTS = """
delete window.MediaSource;
Object.defineProperty(HTMLMediaElement.prototype, "src", { set(list) { this.dataset.plays = list; } });
"""
"""What is not there on an iPhone, and what its player does with a list."""


class Camera:
    """The capture's live view at its own socket, fed from a film."""

    def __init__(self, paths: Paths, film: Path) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._view = LiveView(lambda _: True, self._pool)
        self._packets = tuple(read_film(film))
        routes = (Route("GET", "/live/{name}", self._piece, direct=True),)
        self._server = ControlServer(paths.socket(Service.CAPTURE), routes, lambda work: work())
        self.asked: list[str] = []

    def _piece(self, request: object) -> Raw:
        name = request.parts["name"]  # type: ignore[attr-defined]
        self.asked.append(name)
        return Raw(self._view.file(name), "application/octet-stream")

    def film(self, until_s: float = 10) -> None:
        now = HeldClock().now()
        for packet in self._packets:
            self._view.push(packet)
        run = Run(RunId("01RUN"), EVENT, ShowId("s"), ItemId("questions"), "cam", 0, now, now)
        self._view.began(run, self._packets[0].pts_us)
        self.proven(until_s)

    def proven(self, until_s: float) -> None:
        self._view.proven(self._packets[0].pts_us + round(until_s * 1e6))
        self._pool.submit(lambda: None).result(20)

    def end(self) -> None:
        self._view.ended(0)

    def close(self) -> None:
        self._server.close()
        self._view.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "house.mp4", seconds=6)


@pytest.fixture
def camera(paths: Paths, film: Path) -> Iterator[Camera]:
    camera = Camera(paths.ensure(), film)
    yield camera
    camera.close()


@pytest.fixture
def config() -> Config:
    return Config(
        portal=WebTable(url="http://box.test"),
        people=PeopleTable(recipients=(make_key()[1],)),
        capture=CaptureTable(live_viewers=2),
    )


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, LIVE)


def get(client: FlaskClient, name: str, phone: str = "10.0.0.1") -> int:
    with client.get(f"/live/{name}", environ_base={"REMOTE_ADDR": phone}) as answer:
        return answer.status_code


def test_so_many_phones_may_watch_and_each_piece_is_asked_for_once(
    client: FlaskClient, evening: Evening, camera: Camera, clock: HeldClock
) -> None:
    assert evening
    assert get(client, LIST) == 404
    clock.advance(1)
    camera.film()
    for phone in ("10.0.0.1", "10.0.0.2"):
        assert [get(client, name, phone) for name in (LIST, "01RUN.head.mp4", "01RUN.5.m4s")] == [200] * 3
    assert camera.asked.count("01RUN.5.m4s") == 1
    assert get(client, LIST, "10.0.0.3") == 503
    clock.advance(9)
    assert get(client, LIST, "10.0.0.3") == 200, "two went away"


def test_nothing_is_kept_when_it_ends(
    client: FlaskClient, evening: Evening, camera: Camera, clock: HeldClock
) -> None:
    assert evening
    camera.film()
    assert get(client, "01RUN.5.m4s") == 200
    camera.end()
    clock.advance(1)
    assert [get(client, name) for name in (LIST, "01RUN.5.m4s", "01RUN.head.mp4")] == [404] * 3


@pytest.mark.parametrize("name", ["../capture.db", "x.m4s", "01RUN.5.mp4", "list.m3u8%00", "01run.head.mp4"])
def test_no_other_name_reaches_the_capture(
    client: FlaskClient, evening: Evening, camera: Camera, name: str
) -> None:
    assert evening
    camera.film()
    assert get(client, name) == 404
    assert camera.asked == []


def test_an_evening_that_does_not_ask_for_it_has_none(
    client: FlaskClient, paths: Paths, clock: HeldClock, camera: Camera
) -> None:
    Evening(paths, clock, SAMPLE.read_text())
    camera.film()
    assert get(client, LIST) == 404
    assert "Nothing is shown live tonight" in client.get("/live").text


def test_who_is_silent_watches_no_more() -> None:
    clock = HeldClock()
    viewers = Viewers(1, clock)
    viewers.step("a")
    viewers.step("a")
    with pytest.raises(MatineeError, match="As many phones"):
        viewers.step("b")
    viewers.step(None)
    clock.advance(8)
    viewers.step("b")


def test_a_list_is_never_older_than_half_a_second() -> None:
    clock, asked = HeldClock(), list[str]()

    def fetch(name: str) -> bytes:
        asked.append(name)
        return name.encode()

    pieces = Pieces(fetch, clock)
    for _ in range(3):
        pieces.get(LIST)
    clock.advance(0.5)
    pieces.get(LIST)
    assert asked == [LIST, LIST]


class Noticing(HeldClock):
    """Held, and counts who looked at it."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = threading.Semaphore(0)

    def monotonic(self) -> float:
        now = super().monotonic()
        self.looks.release()
        return now


def test_a_capture_that_hangs_is_waited_for_once_however_many_watch() -> None:
    clock, asked, hangs = Noticing(), list[str](), threading.Event()

    def fetch(name: str) -> bytes:
        asked.append(name)
        assert hangs.wait(30)
        raise MatineeError("ipc.timeout", service="capture", seconds=5)

    def watch() -> str:
        with pytest.raises(MatineeError) as ended:
            pieces.get(LIST)
        return ended.value.key

    pieces = Pieces(fetch, clock)
    with ThreadPoolExecutor(4) as phones:
        said = [phones.submit(watch) for _ in range(4)]
        for _ in said:
            assert clock.looks.acquire(timeout=30)
        clock.advance(5)
        hangs.set()
        assert sorted(one.result(30) for one in said) == ["capture.not_live"] * 3 + ["ipc.timeout"]
    assert asked == [LIST]


def until(condition: Callable[[], bool], timeout_s: float = 40) -> None:
    clock, never = RealClock(), threading.Event()
    end_s = clock.monotonic() + timeout_s
    while not condition():
        assert clock.monotonic() < end_s, "it did not come"
        clock.wait(never, 0.05)


def test_a_browser_plays_it_and_says_when_it_is_over(tmp_path: Path, film: Path) -> None:
    box = Box.prepared(Paths(tmp_path / "box").ensure(), LIVE)
    camera = Camera(box.paths, film)
    try:
        with running(box), open_chromium() as chromium:
            page = chromium.new_page(viewport={"width": 360, "height": 740})
            page.goto(f"{box.url}/live")
            expect(page.locator("#said")).to_contain_text("Nothing is shown live now")
            iphone = chromium.new_page(viewport={"width": 360, "height": 740})
            iphone.add_init_script(PLAYS_LISTS)
            iphone.goto(f"{box.url}/live")
            expect(iphone.locator("#said")).to_contain_text("Nothing is shown live now")
            camera.film(4)
            video = page.locator("#room")
            expect(video).to_be_visible(timeout=30_000)
            until(lambda: float(video.evaluate("v => v.currentTime")) > 3)  # it begins before, and stays at 4
            assert video.evaluate("v => v.videoWidth") == 640
            expect(iphone.locator("#room")).to_be_visible(timeout=30_000)
            expect(iphone.locator("#room")).to_have_attribute("data-plays", f"/live/{LIST}")
            expect(iphone.locator("#said")).to_be_hidden()
            iphone.close()
            camera.proven(6)
            camera.end()
            expect(page.locator("#said")).to_contain_text("Nothing is shown live now", timeout=30_000)
            expect(video).to_be_hidden()
    finally:
        camera.close()
