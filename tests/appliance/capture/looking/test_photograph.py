"""The face in a real photograph (``image-build/pictures.txt``), and a cut that follows it."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from appliance.capture.cut_av import AvCutter
from appliance.capture.cuts.finish import Room
from appliance.capture.cuts.reframe import path as window_path
from appliance.capture.cuts.sights import see
from appliance.capture.senses_choice import choose_senses
from appliance.config import CaptureTable

WIDTH = 1280
PORTRAIT = 405


@pytest.fixture(scope="module")
def photograph() -> Path:
    spec = importlib.util.find_spec("skimage")
    assert spec is not None, "image-build/bootstrap.sh test installs it"
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations))) / "data" / "astronaut.png"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """As the service furnishes it, where there is a camera; nobody needs to listen."""
    ear, find_faces = choose_senses(CaptureTable(source="house.mp4", listen=False), _never, _never)
    assert ear is None
    return Room(tmp_path_factory.mktemp("clips"), AvCutter(), {}, find_faces)


def _never(_: object) -> None:
    raise AssertionError


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory, photograph: Path) -> Path:
    """A film of two seconds: somebody sits still on the right, and something large moves on the left."""
    film = tmp_path_factory.mktemp("film") / "beside.mp4"
    scene = (
        f"color=0x303030:size={WIDTH}x720:rate=10:duration=2[ground];"
        "color=white:size=120x240:rate=10:duration=2[man];[0:v]scale=400:400[face];"
        "[ground][man]overlay=x=20+80*t:y=200[moves];[moves][face]overlay=x=800:y=200:shortest=1[out]"
    )
    source = ("-loop", "1", "-framerate", "10", "-i", str(photograph))
    coded = ("-t", "2", "-c:v", "libx264", "-preset", "ultrafast", "-g", "5", "-pix_fmt", "yuv420p")
    command = ("ffmpeg", "-v", "error", "-y", *source, "-filter_complex", scene, "-map", "[out]", *coded)
    subprocess.run((*command, str(film)), check=True)
    return film


def test_the_face_of_a_photograph_is_found_where_it_is(photograph: Path, room: Room) -> None:
    assert room.find_faces is not None
    picture = np.asarray(Image.open(photograph).convert("RGB"), np.uint8)
    (face,) = room.find_faces(picture)
    assert face.x + face.width / 2 == pytest.approx(0.44, abs=0.05)
    assert 0.1 < face.width < 0.3


def test_a_narrow_cut_stands_on_the_face_and_not_on_what_moves(beside: Path, room: Room) -> None:
    face_x = 800 + 0.44 * 400
    for finder, has_face in ((room.find_faces, True), (None, False)):
        sights = see(beside, finder)
        assert [len(sight.faces) for sight in sights] == [int(has_face)] * len(sights)
        edges = window_path([sight.focus for sight in sights], WIDTH, PORTRAIT, 10, 2)
        assert (edges[-1] <= face_x - 60 and face_x + 60 <= edges[-1] + PORTRAIT) == has_face


def test_a_box_without_a_camera_needs_neither_ears_nor_eyes() -> None:
    assert choose_senses(CaptureTable(), _never, _never) == (None, None)
