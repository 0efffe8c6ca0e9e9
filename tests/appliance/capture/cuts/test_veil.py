"""Faces are covered: where they were found, around it in time and place, and nowhere else."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.cut_av import AvCutter
from appliance.capture.cuts.blur_av import FaceBlur, faces_in
from appliance.capture.cuts.veil import REACH_S, Look, Patch, cover, patches
from appliance.capture.looking.faces import NoFaces
from appliance.capture.looking.looker import open_faces
from appliance.capture.looking.sight import Box, Picture
from appliance.errors import MatineeError

FACE = Box(0.4, 0.3, 0.1, 0.2, 0.9)


def test_a_face_is_covered_before_and_after_it_was_found_and_wider() -> None:
    looks = [Look(5.0, (FACE,))]
    (patch,) = patches(looks, 5.0, 1280, 720)
    assert patch.left < 0.4 * 1280 < 0.5 * 1280 < patch.right
    assert patch.top < 0.3 * 720 < 0.5 * 720 < patch.bottom
    assert patches(looks, 5.01 - REACH_S, 1280, 720) == [patch]
    assert patches(looks, 4.99 + REACH_S, 1280, 720) == [patch]
    assert patches(looks, 5.1 + REACH_S, 1280, 720) == []


@settings(deadline=None)
@given(
    st.floats(-0.5, 1.2), st.floats(-0.5, 1.2), st.floats(0.001, 2), st.floats(0.001, 2),
    st.sampled_from([(64, 36), (160, 90), (162, 94)]),
)  # fmt: skip
def test_any_box_covers_only_even_pixels_inside(
    x: float, y: float, width: float, height: float, size: tuple[int, int]
) -> None:
    wide, high = size
    picture = np.random.default_rng(0).integers(0, 255, (high * 3 // 2, wide), np.uint8)
    for patch in patches([Look(0, (Box(x, y, width, height, 1),))], 0, wide, high):
        assert 0 <= patch.left < patch.right <= wide
        assert 0 <= patch.top < patch.bottom <= high
        before = picture.copy()
        cover(picture, high, patch)
        outside = np.ones((high, wide), bool)
        outside[patch.top : patch.bottom, patch.left : patch.right] = False
        assert (picture[:high][outside] == before[:high][outside]).all()


def test_what_is_covered_is_a_few_squares_in_lightness_and_colour() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (360 * 3 // 2, 640), np.uint8)
    cover(picture, 360, Patch(100, 100, 200, 200))
    assert len(np.unique(picture[100:200, 100:200])) <= 36
    colours = picture[360:].reshape(2, 180, 320)
    assert all(len(np.unique(plane[50:100, 50:100])) <= 49 for plane in colours)


def _photograph() -> Path:
    spec = importlib.util.find_spec("skimage")
    assert spec is not None, "image-build/bootstrap.sh test installs it"
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations))) / "data" / "astronaut.png"


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of somebody who crosses the room, with sound."""
    film = tmp_path_factory.mktemp("film") / "crossing.mp4"
    scene = (
        "color=0x303030:size=1280x720:rate=15:duration=2[ground];[0:v]scale=300:300[face];"
        "[ground][face]overlay=x=100+300*t:y=200:shortest=1[out]"
    )
    subprocess.run(
        (
            *("ffmpeg", "-v", "error", "-y", "-loop", "1", "-framerate", "15", "-i", str(_photograph())),
            *("-f", "lavfi", "-i", "sine=440:sample_rate=48000:duration=2", "-filter_complex", scene),
            *("-map", "[out]", "-map", "1:a", "-t", "2", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-g", "15", "-pix_fmt", "yuv420p", "-c:a", "aac", str(film)),
        ),
        check=True,
    )
    return film


def _faces(film: Path) -> list[int]:
    finder = open_faces()
    with av.open(str(film)) as opened:
        frames: list[Picture] = [
            np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in opened.decode(video=0)
        ]
    return [len(faces_in(frame, finder)) for frame in frames[::5]]


def test_nobody_is_found_any_more_and_all_else_is_as_it_was(crossing: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(crossing.read_bytes())
    assert min(_faces(crossing)) == 1
    before = AvCutter().look(film)
    FaceBlur(open_faces)(film)
    after = AvCutter().look(film)
    assert max(_faces(film)) == 0
    assert (after.width, after.height, after.starts_with_key) == (1280, 720, True)
    assert abs(after.duration_ms - before.duration_ms) <= 70
    assert _sound(film) == _sound(crossing)
    assert list(tmp_path.iterdir()) == [film]


def _sound(film: Path) -> bytes:
    command = ("ffmpeg", "-v", "error", "-i", str(film), "-map", "0:a", "-c", "copy", "-f", "adts", "-")
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_who_can_not_find_faces_leaves_no_film(crossing: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(crossing.read_bytes())
    with pytest.raises(MatineeError, match="can not find faces"):
        FaceBlur(NoFaces)(film)
