"""Subtitles, sound and a relaxed screening, chosen per show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.config_house import HouseTable
from appliance.manifest import event_manifest
from appliance.model.lighting import Lighting, look_of
from appliance.model.picture import Film
from appliance.model.programme import HouseLights, Subtitles
from appliance.model.show_view import Verb
from appliance.model.viewing import Viewing
from appliance.paths import Paths
from appliance.show.standing import Standing
from appliance.show.viewing import lit, tonight
from lab.evening import MANIFEST, PACKING
from lab.show_house import House

WORDS = (Subtitles("en", "tide.en.srt"), Subtitles("de", "tide.de.srt"))
SUBTITLED = replace(PACKING, media=tuple(replace(film, subtitles=WORDS) for film in PACKING.media))
CHOSEN = MANIFEST + '\n[viewing]\nsubtitles = "en"\naudio_track = "described"\nrelaxed = true\n'


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock)
    made.director.load(MANIFEST, SUBTITLED)
    yield made
    made.close()


def film(house: House) -> Film:
    now = house.director.wanted().now
    assert isinstance(now, Film)
    return now


def to_the_trailer(house: House) -> None:
    house.go()
    house.go()


def test_what_a_hand_chooses_is_what_the_player_is_told_and_outlives_a_crash(house: House) -> None:
    to_the_trailer(house)
    assert film(house).subtitles is None
    view = house.director.choose(Viewing(subtitles="de"))
    house.director.choose(Viewing(audio_track="described"))
    assert view.languages == ("de", "en")
    for _ in range(2):
        assert str(film(house).subtitles).endswith("tide.de.srt")
        assert film(house).audio_track == "described"
        house.crash()


def test_the_evening_chooses_before_the_house_and_the_hand_before_the_evening(house: House) -> None:
    house.director.load(CHOSEN, SUBTITLED)
    to_the_trailer(house)
    assert str(film(house).subtitles).endswith("tide.en.srt")
    assert house.director.view().viewing == Viewing("en", "described", relaxed=True)
    house.director.choose(Viewing(subtitles="", audio_track=""))
    assert (film(house).subtitles, film(house).audio_track) == (None, None)
    assert house.director.view().viewing.relaxed


def test_a_relaxed_screening_is_neither_dark_nor_loud(house: House) -> None:
    to_the_trailer(house)
    assert house.director.standing().lighting.look is HouseLights.DOWN
    house.director.choose(Viewing(relaxed=True))
    wanted = house.director.wanted()
    assert house.director.standing().lighting == Lighting(HouseLights.HALF, 0.2)
    assert wanted.loudest == 0.5
    house.director.press(Verb.PANIC)
    assert house.director.standing().lighting.look is HouseLights.UP


def test_the_same_choice_twice_is_one_and_another_showing_begins_as_the_evening_says(house: House) -> None:
    house.director.choose(Viewing(relaxed=True), "once")
    house.director.choose(Viewing(relaxed=False), "once")
    assert house.director.view().viewing.relaxed
    house.director.load(MANIFEST, SUBTITLED)
    assert not house.director.view().viewing.relaxed


viewings = st.builds(
    Viewing, st.none() | st.sampled_from(["", "en"]), st.none() | st.just("de"), st.none() | st.booleans()
)


@given(viewings, viewings, viewings)
def test_choices_lie_one_over_another_in_any_grouping(one: Viewing, two: Viewing, three: Viewing) -> None:
    assert one.over(two).over(three) == one.over(two.over(three))
    assert one.over(Viewing()) == one == Viewing().over(one)


levels = st.none() | st.floats(0, 1)


@given(st.sampled_from(HouseLights), levels, st.booleans(), st.floats(0, 1))
def test_no_choice_makes_it_darker_than_it_was(
    look: HouseLights, level: float | None, relaxed: bool, least: float
) -> None:
    lighting = Lighting(look, level) if level is None else Lighting(look_of(level), level)
    house = tonight(HouseTable(relaxed_lights=least), Viewing(relaxed=relaxed))
    after = lit(Standing(lighting), house).lighting
    if not relaxed:
        assert after == lighting
    elif level is not None:
        assert after.level == max(level, least)
    else:
        assert after.level == (least if look is HouseLights.DOWN else None)


def test_the_manifest_says_how_it_is_read_and_heard() -> None:
    assert event_manifest.check(CHOSEN).viewing == Viewing("en", "described", relaxed=True)
    assert event_manifest.check(MANIFEST).viewing == Viewing()
