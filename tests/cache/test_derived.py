from __future__ import annotations

import io
import subprocess
import threading
from pathlib import Path

import pytest
from PIL import Image

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from cache.derived import AGAIN_S, Derived
from cache.poster import poster
from cache.poster_av import WIDTH


def test_what_was_made_once_is_kept_over_a_restart(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"\x00picture\xff"

    for _ in range(2):
        derived = Derived(tmp_path)
        assert derived.get("poster a", make) == b"\x00picture\xff"
        derived.close()
    assert len(made) == 1


def test_what_could_not_be_made_is_tried_again_but_not_for_each_phone(tmp_path: Path) -> None:
    clock = HeldClock()
    derived = Derived(tmp_path, clock)
    tries: list[int] = []

    def fail() -> bytes:
        tries.append(1)
        raise MatineeError("media.not_a_film", name="x", reason="so")

    for _ in range(3):
        with pytest.raises(MatineeError, match="so"):
            derived.get("poster a", fail)
    assert len(tries) == 1
    assert derived.get("poster b", lambda: b"another") == b"another"
    clock.advance(AGAIN_S)
    assert derived.get("poster a", lambda: b"now") == b"now"
    derived.close()


def test_what_many_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    derived, rush, second = Derived(tmp_path), threading.Barrier(6), threading.Event()
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        if len(made) > 1:
            second.set()
        second.wait(0.3)  # time for the others to begin, too
        return b"picture"

    def ask() -> None:
        rush.wait()
        assert derived.get("poster a", make) == b"picture"

    phones = [threading.Thread(target=ask) for _ in range(6)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    derived.close()
    assert len(made) == 1


def test_a_poster_is_a_telling_picture_and_not_the_black_before_it(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    black, bars = "color=black:s=320x180:r=25:d=3", "testsrc2=s=320x180:r=25:d=3"
    inputs = ["-f", "lavfi", "-i", black, "-f", "lavfi", "-i", bars]
    joined = ["-filter_complex", "[0][1]concat", "-pix_fmt", "yuv420p"]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, *joined, str(film)], check=True)
    picture = Image.open(io.BytesIO(poster(film, "Film")))
    assert (picture.format, picture.size) == ("JPEG", (WIDTH, 360))
    assert max(high - low for low, high in picture.getextrema()) > 200


def test_what_is_no_film_has_no_poster(tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_bytes(b"words" * 100)
    with pytest.raises(MatineeError, match="Words"):
        poster(tmp_path / "words.mp4", "Words")
