"""Films through the front door: the portal says who may have them, nginx sends them."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.ids import BoxId, ClipId, ItemId, MomentId, Sha256, ShowId
from appliance.model.capture import ClipFile, Moment, NewClip, Run, RunId
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Outbox
from cache.described_sound import sound_path
from lab.front_box import GUESTS, FrontBox
from lab.quickest import quickest

OWN = "matinee.internal"
TRAILER = f"{0:064x}"
CONTENT = bytes(range(256)) * 4000


@pytest.fixture
def film(front_box: FrontBox) -> str:
    path = front_box.paths.media / TRAILER[:2] / TRAILER
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(CONTENT)
    return f"/media/{TRAILER}"


def test_nginx_sends_them_without_being_told_to(front_box: FrontBox, film: str) -> None:
    whole = front_box.ask(film, OWN)
    assert hashlib.sha256(whole.body).digest() == hashlib.sha256(CONTENT).digest()
    assert whole.headers["ETag"] == f'"{TRAILER}"'
    assert "X-Accel-Redirect" not in whole.headers
    part = front_box.ask(film, OWN, Range="bytes=100-199")
    assert (part.status, part.body) == (206, CONTENT[100:200])
    assert front_box.ask(film, OWN, If_None_Match=f'"{TRAILER}"').status == 304


def test_nobody_comes_at_a_film_past_the_portal(front_box: FrontBox, film: str) -> None:
    assert film
    for path in (
        f"/films/{TRAILER[:2]}/{TRAILER}",
        f"/films/00/../00/{TRAILER}",
        "/films/",
        f"/media/{1:064x}",
    ):
        assert front_box.ask(path, OWN).status == 404, path


def test_a_phone_that_says_it_is_nginx_gets_nothing_more(front_box: FrontBox, film: str) -> None:
    told = front_box.ask(film, OWN, X_Own_Address="127.0.0.1", X_Accel_Redirect="/films/x")
    assert (told.status, len(told.body)) == (200, len(CONTENT))


@pytest.fixture(scope="module")
def clip(front_box: FrontBox) -> Path:
    """An approved clip, far larger than what buffers between us and a phone hold."""
    clock, event = RealClock(), front_box.evening.event.id
    rows = CaptureRows.owner(front_box.paths, Outbox(BoxId("box"), clock))
    path = front_box.paths.clips / "01CLIP.landscape.mp4"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(CONTENT)
    with path.open("ab") as sparse:
        sparse.truncate(64 << 20)
    show, item, now = ShowId("show"), ItemId("qa"), clock.now()
    rows.run_began(Run(RunId("01RUN"), event, show, item, "house", 0, now, now))
    moment = Moment(
        MomentId("01MOMENT"), ClipId("01CLIP"), RunId("01RUN"), event, show, item, "x", now, 9, 8, 4
    )
    rows.moment_marked(moment)
    file = ClipFile("landscape", "mp4", path.name, path.stat().st_size, Sha256("0" * 64))
    rows.clip_made(moment, NewClip(ClipId("01CLIP"), 12_500, 8_200, 1280, 720, (file,)), now)
    assert rows.approve(ClipId("01CLIP"), now)
    return path


def test_a_clip_comes_in_ranges_and_is_asked_for_anew(front_box: FrontBox, clip: Path) -> None:
    part = front_box.ask("/clips/01CLIP.mp4", OWN, Range="bytes=100-199")
    assert (part.status, part.body) == (206, CONTENT[100:200])
    assert (part.headers["Content-Type"], part.headers["Cache-Control"]) == ("video/mp4", "private, no-cache")
    assert "X-Accel-Redirect" not in part.headers
    assert front_box.ask("/clips/01CLIP.mp4", OWN, If_None_Match=part.headers["ETag"]).status == 304
    assert front_box.ask(f"/films/clips/{clip.name}", OWN).status == 404


def test_described_sound_comes_in_ranges(front_box: FrontBox, film: str) -> None:
    sound = sound_path(front_box.paths.derived, TRAILER)
    sound.parent.mkdir(parents=True, exist_ok=True)
    sound.write_bytes(CONTENT)
    part = front_box.ask(f"{film}/described.m4a", OWN, Range="bytes=5-9")
    assert (part.status, part.body, part.headers["Content-Type"]) == (206, CONTENT[5:10], "audio/mp4")
    assert front_box.ask(f"/films/sound/{TRAILER}.m4a", OWN).status == 404


@contextmanager
def slow_readers(box: FrontBox, path: str, count: int) -> Iterator[None]:
    """Phones that ask for ``path`` and read no more than its first bytes."""
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.socket()) for _ in range(count)]
        for number, line in enumerate(lines):
            line.settimeout(10)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            line.bind((f"127.1.9.{1 + number // 20}", 0))
            line.connect((GUESTS, box.http))
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {OWN}\r\n\r\n".encode())
        yield


def test_slow_readers_of_a_clip_hold_none_of_the_portals_threads(front_box: FrontBox, clip: Path) -> None:
    assert clip.exists()
    with slow_readers(front_box, "/clips/01CLIP.mp4", front_box.config.portal.threads + 8):

        def took_s() -> float:
            began = time.monotonic()
            assert front_box.ask("/", OWN, phone="127.1.9.9").status == 200
            return time.monotonic() - began

        assert quickest(took_s, 5) < 5
