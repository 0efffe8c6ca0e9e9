"""Joining real films, and refusing what is odd."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import av
import pytest

from cache.reel import Part
from cache.reel_apart import ApartJoiner
from cache.reel_av import AvJoiner
from cache.verified_reader import VerifiedFilm
from lab.films import lay_hashes, make_counter_film


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reel")
    for film_id, seconds in ((1, 1.0), (2, 1.48)):
        make_counter_film(folder / f"{film_id}.mp4", film_id, seconds, size=(320, 180))
    make_counter_film(folder / "larger.mp4", 3, 1.0, size=(640, 360))
    tone, colour = "sine=frequency=300:duration=2", "color=c=red:s=320x180:r=25:d=1"
    ffmpeg = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", colour, "-f", "lavfi", "-i", tone]
    subprocess.run([*ffmpeg, "-c:v", "libx264", str(folder / "long_sound.mp4")], check=True)
    subprocess.run([*ffmpeg[:7], "-c:v", "libx264", "-bf", "3", str(folder / "silent.mp4")], check=True)
    (folder / "noise.mp4").write_bytes(b"no film" * 1000)
    return folder


def pictures(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [round(frame.time * 1000) for frame in container.decode(video=0)]


def test_joined_films_have_every_picture_at_its_time(films: Path, tmp_path: Path) -> None:
    parts = AvJoiner().join([films / "1.mp4", films / "2.mp4", films / "1.mp4"], tmp_path / "reel.mkv")
    assert parts == (Part(0, 1000), Part(1000, 2480), Part(2480, 3480))
    assert pictures(tmp_path / "reel.mkv") == [40 * number for number in range(87)]


def test_a_reel_is_made_like_its_films(films: Path, tmp_path: Path) -> None:
    joiner = AvJoiner()
    joiner.join([films / "1.mp4", films / "2.mp4"], tmp_path / "reel.mkv")
    assert joiner.make(tmp_path / "reel.mkv") == joiner.make(films / "1.mp4")


def test_sound_goes_on_over_the_seam(films: Path, tmp_path: Path) -> None:
    AvJoiner().join([films / "1.mp4", films / "2.mp4"], tmp_path / "reel.mkv")
    with av.open(str(tmp_path / "reel.mkv")) as container:
        times = [packet.pts * packet.time_base for packet in container.demux(audio=0) if packet.size]
    steps = [float(after - before) for before, after in pairwise(times)]
    assert max(steps) < 0.05


def test_pictures_out_of_order_are_joined_too(films: Path, tmp_path: Path) -> None:
    parts = AvJoiner().join([films / "silent.mp4", films / "silent.mp4"], tmp_path / "reel.mkv")
    assert parts == (Part(0, 1000), Part(1000, 2000))
    assert pictures(tmp_path / "reel.mkv") == [40 * number for number in range(50)]


def test_films_of_another_size_differ_in_make(films: Path) -> None:
    joiner = AvJoiner()
    assert joiner.make(films / "1.mp4") == joiner.make(films / "2.mp4")
    assert joiner.make(films / "1.mp4") != joiner.make(films / "larger.mp4")


@pytest.mark.parametrize("odd", ["larger.mp4", "long_sound.mp4", "noise.mp4", "missing.mp4"])
def test_anything_odd_gives_no_reel_and_leaves_nothing(films: Path, tmp_path: Path, odd: str) -> None:
    assert AvJoiner().join([films / "1.mp4", films / odd], tmp_path / "reel.mkv") is None
    assert list(tmp_path.iterdir()) == []


def test_a_reel_has_block_hashes_of_its_own(films: Path, tmp_path: Path) -> None:
    reel = tmp_path / "reel.mkv"
    assert AvJoiner().join([films / "1.mp4", films / "2.mp4"], reel)
    with VerifiedFilm(reel) as proven:
        assert b"".join(iter(lambda: proven.read(1 << 20), b"")) == reel.read_bytes()


def test_a_reel_is_never_made_of_damaged_bytes(films: Path, tmp_path: Path) -> None:
    good = [lay_hashes(shutil.copy(films / name, tmp_path / name)) for name in ("1.mp4", "2.mp4")]
    assert AvJoiner().join(good, tmp_path / "reel.mkv") is not None
    content = bytearray(good[1].read_bytes())
    content[content.index(b"mdat") + 100] ^= 1  # a picture that still decodes
    good[1].write_bytes(content)
    assert AvJoiner().join(good, tmp_path / "other.mkv") is None
    assert {path.name for path in tmp_path.glob("*.mkv*")} == {"reel.mkv", "reel.mkv.blocks"}


def test_a_child_says_and_makes_the_same(films: Path, tmp_path: Path) -> None:
    two = [films / "1.mp4", films / "2.mp4"]
    assert ApartJoiner().make(two[0]) == AvJoiner().make(two[0]) is not None
    assert ApartJoiner().join(two, tmp_path / "apart.mkv") == AvJoiner().join(two, tmp_path / "reel.mkv")
    assert pictures(tmp_path / "apart.mkv") == pictures(tmp_path / "reel.mkv")
    assert ApartJoiner().join([films / "1.mp4", films / "noise.mp4"], tmp_path / "odd.mkv") is None
    assert ApartJoiner().make(films / "noise.mp4") is None
