"""Reels made when an evening comes onto the box, and found again by the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from appliance.config_house import HouseTable
from appliance.ids import ItemId, Sha256
from appliance.manifest.packing_list import PackingList
from appliance.manifest.reels import Reels, ReelShelf, read
from appliance.model.picture import Film, Screen
from appliance.model.programme import Media, Subtitles
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.show.machine import ShowState
from appliance.show.screen import Surroundings, wanted
from appliance.show.standing import Standing
from appliance.store.show_rows import LoadedEvent
from appliance.sync.reels import ensure_reels
from cache.media_store import media_path
from cache.reel_av import AvJoiner
from lab.evening import loaded as small_evening
from lab.films import make_counter_film

SHAS = {"trailer.mp4": Sha256("a" * 64), "short.mp4": Sha256("b" * 64)}


@pytest.fixture
def evening(paths: Paths) -> LoadedEvent:
    """A trailer and a short of one make, which follow each other."""
    for film_id, sha256 in enumerate(SHAS.values(), start=1):
        path = media_path(paths.media, sha256)
        path.parent.mkdir(parents=True)
        made = make_counter_film(path.with_suffix(".mp4"), film_id, 1.0, size=(320, 180))
        made.rename(path)
    media = tuple(Media(name, sha256, 1000, 1000) for name, sha256 in SHAS.items())
    evening = replace(small_evening(), packing=PackingList("small-evening", 1, media))
    (paths.events / evening.event.id).mkdir(parents=True)
    return evening


def ensure(evening: LoadedEvent, paths: Paths) -> tuple[Reels, list[str]]:
    said: list[str] = []
    return ensure_reels(evening.event, evening.packing, paths, AvJoiner(), said.append), said


def screen(evening: LoadedEvent, paths: Paths, house: HouseTable | None = None) -> Screen:
    shelf = ReelShelf(paths.events, paths.derived)
    around = Surroundings(paths.media, "http://box", "Box", 1.0, house or HouseTable(), shelf, paths.events)
    return wanted(evening, ShowState(Phase.RUNNING, ItemId("trailer"), 2), around, Standing(), {})


def test_films_that_follow_each_other_are_joined_and_the_screen_plays_the_reel(
    evening: LoadedEvent, paths: Paths
) -> None:
    reels, said = ensure(evening, paths)
    assert [(part.item, part.begin_ms, part.end_ms) for part in reels.parts] == [
        ("trailer", 0, 1000),
        ("short", 1000, 2000),
    ]
    assert said == ["joining 2 films that follow each other"]
    assert read(paths.events / "small-evening" / "reels.json") == reels
    shown = screen(evening, paths)
    assert isinstance(shown.now, Film)
    assert isinstance(shown.next, Film)
    assert shown.now.path.endswith(".mkv")
    assert shown.next.follows(shown.now)


def test_without_the_reel_the_films_play_one_by_one(evening: LoadedEvent, paths: Paths) -> None:
    reels, _said = ensure(evening, paths)
    (paths.derived / "reels" / reels.parts[0].reel).unlink()
    shown = screen(evening, paths)
    assert isinstance(shown.now, Film)
    assert (shown.now.path, shown.now.end_ms) == (str(media_path(paths.media, SHAS["trailer.mp4"])), None)
    assert ensure(evening, paths)[0] == reels
    assert screen(evening, paths).now.path.endswith(".mkv")  # type: ignore[union-attr]


def test_another_film_under_the_old_name_does_not_use_the_old_reel(
    evening: LoadedEvent, paths: Paths
) -> None:
    ensure(evening, paths)
    media = (replace(evening.packing.media[0], sha256=Sha256("c" * 64)), evening.packing.media[1])
    shown = screen(replace(evening, packing=replace(evening.packing, media=media)), paths)
    assert isinstance(shown.now, Film)
    assert shown.now.path == str(media_path(paths.media, Sha256("c" * 64)))


def test_a_torn_list_of_reels_is_no_list(evening: LoadedEvent, paths: Paths) -> None:
    ensure(evening, paths)
    (paths.events / "small-evening" / "reels.json").write_text('{"parts": [')
    shown = screen(evening, paths)
    assert isinstance(shown.now, Film)
    assert shown.now.end_ms is None


def test_the_house_chooses_words_and_sound(evening: LoadedEvent, paths: Paths) -> None:
    words = (Subtitles("de", "subtitles/trailer.de.srt"), Subtitles("en", "subtitles/trailer.en.srt"))
    media = (replace(evening.packing.media[0], subtitles=words), evening.packing.media[1])
    evening = replace(evening, packing=replace(evening.packing, media=media))
    house = HouseTable(subtitles="en", subtitle_scale=1.3, audio_track="de", audio_delay_ms=80, loudest=0.5)
    shown = screen(evening, paths, house)
    assert isinstance(shown.now, Film)
    path = str(paths.events / "small-evening" / "subtitles/trailer.en.srt")
    assert (shown.now.subtitles, shown.now.subtitle_scale) == (path, 1.3)
    assert (shown.now.audio_track, shown.now.audio_delay_ms, shown.loudest) == ("de", 80, 0.5)
    assert isinstance(shown.next, Film)
    assert shown.next.subtitles is None


def test_other_subtitles_are_another_picture_also_in_a_reel() -> None:
    before = Film("a", "A", "/reel", begin_ms=0, end_ms=1000)
    after = Film("b", "B", "/reel", begin_ms=1000, end_ms=2000)
    assert after.follows(before)
    assert not structs.replace(after, subtitles="/b.srt").follows(before)
    assert not structs.replace(after, start_ms=10).follows(before)
    assert not structs.replace(after, path="/other").follows(before)


def test_a_folder_that_is_not_there_has_no_reels(tmp_path: Path) -> None:
    assert ReelShelf(tmp_path, tmp_path).find("event", ItemId("item"), Sha256("a" * 64)) is None
