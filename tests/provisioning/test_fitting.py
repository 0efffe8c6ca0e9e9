"""An evening's films are asked whether they play here before one of them is brought."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.manifest import packing_list
from appliance.model.programme import Media, Subtitles
from appliance.paths import Paths
from cache.boards import Board
from cache.media_store import media_path
from cache.probe_sandbox import SandboxedProbe
from cache.probe_verdict import Level, judge
from lab.evening import MANIFEST
from lab.hostile_films import ffmpeg
from provisioning.fitting import Fitting
from provisioning.loading import list_events, load_event
from provisioning.media_door import media_door

PI_3 = Fitting(Board.PI_3)
PI_3_CONVERTING = Fitting(Board.PI_3, convert=True)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trailer that any board plays, and a short that a Pi 3 does not."""
    folder = tmp_path_factory.mktemp("films")
    light = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1")
    ffmpeg(*light, "-c:v", "mpeg4", folder / "trailer.mp4")
    heavy = ("-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=60:duration=1")
    ffmpeg(*heavy, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", folder / "short.mp4")
    return folder


@pytest.fixture
def manifest(tmp_path: Path, films: Path) -> Path:
    folder = tmp_path / "evening"
    shutil.copytree(films, folder)
    (folder / "event.toml").write_text(MANIFEST, "utf-8")
    return folder / "event.toml"


def load(manifest: Path, paths: Paths, clock: HeldClock, fitting: Fitting) -> tuple[list[str], list[Media]]:
    said: list[str] = []
    with media_door(paths, clock) as door:
        event = load_event(manifest, paths, door, said.append, fitting)
    packed = packing_list.decode((paths.events / event / "packing-list.json").read_bytes())
    return said, list(packed.media)


def test_what_will_not_play_is_refused_with_the_line_before_anything_is_copied(
    manifest: Path, paths: Paths, clock: HeldClock
) -> None:
    with pytest.raises(MatineeError) as caught:
        load(manifest, paths, clock, PI_3)
    assert caught.value.key == "media.will_not_play"
    assert '"short.mp4" will not play on a Pi 3' in caught.value.sentence
    assert "1920x1080 at 60 pictures a second" in caught.value.sentence
    assert "ffmpeg -i short.mp4" in caught.value.sentence
    assert "short.pi3.mp4" in caught.value.sentence
    assert list_events(paths) == []
    assert [path for path in paths.media.rglob("*") if path.is_file()] == []


def test_when_asked_it_is_converted_and_then_plays(manifest: Path, paths: Paths, clock: HeldClock) -> None:
    said, packed = load(manifest, paths, clock, PI_3_CONVERTING)
    assert [media.name for media in packed] == ["trailer.mp4", "short.mp4"]
    short = media_path(paths.media, packed[1].sha256)
    assert judge(SandboxedProbe().film(short, "short.mp4"), Board.PI_3).level is Level.PLAYS
    assert any(line.startswith("converting short.mp4") for line in said)
    assert packed[0].sha256 not in packed[1].sha256
    assert list(paths.derived.glob(".converting-*")) == []


def test_a_board_that_can_takes_it_as_it_is(manifest: Path, paths: Paths, clock: HeldClock) -> None:
    _, packed = load(manifest, paths, clock, Fitting(Board.PC))
    short = media_path(paths.media, packed[1].sha256)
    assert short.read_bytes() == (manifest.parent / "short.mp4").read_bytes()


def test_care_is_said_and_stops_nothing(manifest: Path, paths: Paths, clock: HeldClock) -> None:
    short = manifest.parent / "short.mp4"
    ffmpeg("-i", manifest.parent / "trailer.mp4", "-c", "copy", "-metadata:s:v", "rotate=90", short)
    said, _ = load(manifest, paths, clock, PI_3)
    assert any(line.startswith("short.mp4 plays with care: it lies on its side") for line in said)


def test_subtitles_beside_a_film_come_along_clean(manifest: Path, paths: Paths, clock: HeldClock) -> None:
    folder = manifest.parent
    good = "1\r\n00:00:00,100 --> 00:00:00,900\r\nFür Köln: süß\r\n\r\n"
    words = f"{good}2\r\n00:00:09,000 --> 00:00:08,000\r\nx\r\n"
    (folder / "trailer.de.srt").write_bytes(words.encode("cp1252"))
    (folder / "trailer.en.sdh.vtt").write_text("WEBVTT\n\n00:00.100 --> 00:00.900\n<v Ann>Hi\n")
    (folder / "trailer.fr.srt").write_bytes(b"nothing")
    said, packed = load(manifest, paths, clock, Fitting(Board.PC))
    assert packed[0].subtitles == (
        Subtitles("de", "subtitles/trailer.de.srt"),
        Subtitles("en", "subtitles/trailer.en.sdh.srt", "sdh"),
    )
    event = paths.events / "small-evening"
    assert "Für Köln: süß" in (event / packed[0].subtitles[0].path).read_text("utf-8")
    assert "subtitles trailer.de.srt, line 6: it ends before it begins; left out" in said
    assert any("trailer.fr.srt can not be used" in line for line in said)


def test_the_gain_of_a_loud_trailer_stands_in_the_packing_list(
    manifest: Path, paths: Paths, clock: HeldClock
) -> None:
    loud = ("-f", "lavfi", "-i", "sine=frequency=997:duration=3", "-af", "volume=6")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=3")
    ffmpeg(*picture, *loud, "-c:v", "mpeg4", "-c:a", "flac", "-strict", "-2", manifest.parent / "trailer.mp4")
    _, packed = load(manifest, paths, clock, Fitting(Board.PC))
    assert packed[0].gain_db < -12
    assert packed[1].gain_db == 0.0
