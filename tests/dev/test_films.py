"""The sample's films: made whole or not at all, once, and replaced openly where one can not be had."""

from __future__ import annotations

import io
import tarfile
import threading
from pathlib import Path

import av
import pytest

from appliance.dev.films import bring_trailer
from appliance.dev.films_ffmpeg import CAMERA, PICTURE, SOUND, graph_of, make_film, run_ffmpeg
from appliance.dev.films_footage import FILM_SHA256, extract_film
from appliance.dev.films_kept import Film, ensure_films
from appliance.errors import MatineeError
from appliance.manifest.event_manifest import read
from appliance.model.cue import BeginCapture, OpenDrop, SetLights
from appliance.model.programme import HouseLights, ItemKind
from provisioning.sample import FOLDER

SHORT_RECIPE = """# one second
testsrc=s=64x36:r=25:d=1,format=yuv420p[v];
sine=d=1[a]
"""
SOURCE = "moviepy-2.2.1/docs/_static/medias/getting_started/moviepy_10_minutes/trailer_bbb.mp4"


def nothing(_: str) -> None:
    """Take a line of progress and drop it."""


def test_a_recipes_comments_are_no_part_of_its_graph() -> None:
    assert graph_of(SHORT_RECIPE) == "testsrc=s=64x36:r=25:d=1,format=yuv420p[v];sine=d=1[a]"


def test_a_film_is_h264_with_aac_and_as_long_as_said(tmp_path: Path) -> None:
    film = tmp_path / "short.mp4"
    make_film(film, SHORT_RECIPE, 1, (*PICTURE, *SOUND), nothing)
    with av.open(str(film)) as opened:
        assert [stream.codec_context.name for stream in opened.streams] == ["h264", "aac"]
        assert opened.duration == pytest.approx(1_000_000, abs=60_000)
    assert [path.name for path in tmp_path.iterdir()] == ["short.mp4"]


def test_a_recipe_that_fails_leaves_nothing_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(MatineeError, match="sad") as caught:
        make_film(tmp_path / "sad.mp4", "nosuchfilter[v];sine=d=1[a]", 1, (*PICTURE, *SOUND), nothing)
    assert caught.value.key == "dev.films_not_made"
    assert "nosuchfilter" in caught.value.sentence
    assert list(tmp_path.iterdir()) == []


def test_a_missing_ffmpeg_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MatineeError, match="apt-get install --no-install-recommends ffmpeg"):
        run_ffmpeg(tmp_path / "film.mp4", [], 1, nothing)


def test_the_camera_clip_is_coded_as_a_camera_would_with_a_whole_picture_each_second(tmp_path: Path) -> None:
    room = tmp_path / "room.mp4"
    told: list[str] = []
    make_film(room, (FOLDER / "room.txt").read_text("utf-8"), 30, (*CAMERA, *SOUND), told.append)
    assert told
    assert told == [step for step in ("20 %", "40 %", "60 %", "80 %") if step in told]
    with av.open(str(room)) as opened:
        picture = opened.streams.video[0]
        assert (picture.width, picture.height, picture.average_rate) == (640, 360, 25)
        assert picture.codec_context.profile is not None
        assert "Baseline" in picture.codec_context.profile
        packets = [packet for packet in opened.demux(picture) if packet.pts is not None]
        keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    assert len(packets) == 750
    assert keys == list(range(0, 750, 25))


def test_films_are_made_once_and_again_when_recipe_or_file_changes(tmp_path: Path) -> None:
    made: list[str] = []

    def film(recipe: str) -> Film:
        def make(target: Path, _: object) -> str:
            made.append(recipe)
            make_film(target, SHORT_RECIPE, 1, (*PICTURE, *SOUND), nothing)
            return recipe

        return Film("short.mp4", recipe, make)

    for recipe in ("one", "one", "two"):
        assert ensure_films(tmp_path, [film(recipe)], nothing) == {"short.mp4": recipe}
    assert made == ["one", "two"]
    (tmp_path / "short.mp4").write_bytes(b"cut short")
    ensure_films(tmp_path, [film("two")], nothing)
    assert made == ["one", "two", "two"]


def test_a_stand_in_is_tried_again_at_the_next_start(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(target: Path, _: object) -> str:
        made.append(target)
        target.write_bytes(b"stand-in")
        return "stand-in"

    for _ in range(2):
        assert ensure_films(tmp_path, [Film("t.mp4", "real", make)], nothing) == {"t.mp4": "stand-in"}
    assert len(made) == 2


def test_two_that_start_at_once_make_the_films_once(tmp_path: Path) -> None:
    made: list[str] = []
    begun, go_on, waits = threading.Event(), threading.Event(), threading.Event()

    def make(target: Path, _: object) -> str:
        made.append(target.name)
        begun.set()
        assert go_on.wait(20)
        target.write_bytes(b"film")
        return "r"

    def second_waits(line: str) -> None:
        if "waiting for another" in line:
            waits.set()

    films = [Film("t.mp4", "r", make)]
    first = threading.Thread(target=ensure_films, args=(tmp_path, films, nothing))
    second = threading.Thread(target=ensure_films, args=(tmp_path, films, second_waits))
    first.start()
    assert begun.wait(20)
    second.start()
    assert waits.wait(20)
    go_on.set()
    first.join(20)
    second.join(20)
    assert made == ["t.mp4"]


def test_without_internet_the_trailer_is_a_stand_in_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    told: list[str] = []
    trailer = tmp_path / "trailer.mp4"
    assert bring_trailer(trailer, told.append) != FILM_SHA256
    assert any("a generated stand-in is shown in its place" in line for line in told)
    with av.open(str(trailer)) as opened:
        assert opened.duration == pytest.approx(20_000_000, abs=100_000)
    assert [path.name for path in tmp_path.iterdir()] == ["trailer.mp4"]


def test_an_archive_with_another_film_in_it_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "moviepy-2.2.1.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        member = tarfile.TarInfo(SOURCE)
        member.size = 5
        packed.addfile(member, io.BytesIO(b"other"))
    with pytest.raises(MatineeError) as caught:
        extract_film(archive, tmp_path / "film.mp4")
    assert caught.value.key == "dev.footage_wrong"


def test_the_sample_evening_has_every_kind_of_thing_once() -> None:
    event = read(FOLDER / "event.toml")
    kinds = [item.kind for item in event.programme.items]
    assert kinds == [
        ItemKind.CARD,
        ItemKind.CARD,
        ItemKind.TRAILER,
        ItemKind.SHORT,
        ItemKind.INTERMISSION,
        ItemKind.LIVE,
        ItemKind.CARD,
    ]
    assert [item.id for item in event.programme.items if item.capture] == ["questions"]
    opens, films = event.cues
    assert (opens.item, opens.actions) == ("intermission", (OpenDrop(event.drops[0].id),))
    assert (films.item, films.actions) == ("questions", (BeginCapture(), SetLights(HouseLights.HALF)))
