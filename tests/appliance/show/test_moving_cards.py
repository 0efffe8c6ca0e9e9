"""Backdrops that loop and guests that are streamed: they move, and end only by time or by a hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from appliance.clock import HeldClock
from appliance.model.picture import Card, Failure, Film, Stream
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.show.screen import CAMERA_NOTICE
from lab import full_evening
from lab.evening import MANIFEST
from lab.show_house import House

MOVING = MANIFEST.replace(
    'id = "welcome"\nkind = "card"', 'id = "welcome"\nkind = "backdrop"\nfilm = "short.mp4"'
).replace('title = "Questions"', 'title = "Questions"\nstream = "srt://stage.example:9000"')
NEXT_DOOR = MOVING + '\n[[item]]\nid = "aside"\nkind = "live"\ntitle = "B"\nstream = "rtsp://b.example/"\n'


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock, NEXT_DOOR)
    made.load()
    yield made
    made.close()


def to_the_talk(house: House) -> None:
    house.go()
    house.go()
    house.run(32)
    assert house.item == "talk"


def test_a_backdrop_loops_until_go_however_long_its_file_is(house: House) -> None:
    house.go()
    now = house.director.wanted().now
    assert isinstance(now, Film)
    assert now.loop
    assert now.path.endswith("b" * 64)
    house.run(40)
    assert (house.item, house.director.view().duration_ms) == ("welcome", None)
    house.go()
    assert house.item == "trailer"


def test_a_backdrop_that_fails_is_named_and_its_card_stands_while_the_item_goes_on(house: House) -> None:
    house.go()
    token = house.director.wanted().now.token
    house.director.see(replace(house.status, failed=(Failure(token, "no picture"),)))
    now = house.director.wanted().now
    assert isinstance(now, Card)
    assert (now.title, house.item) == ("Welcome", "welcome")
    (fault,) = house.director.view().faults
    assert "a card stands" in fault
    house.run(2)
    house.go()
    assert house.item == "trailer"


def test_a_guest_is_a_stream_over_the_speakers_card_on_a_port_of_its_own(house: House) -> None:
    to_the_talk(house)
    now = house.director.wanted().now
    assert isinstance(now, Stream)
    assert (now.title, now.card.title, now.address) == ("Questions", "Questions", "tcp://127.0.0.1:8101")
    house.go()
    house.go()
    following = house.director.wanted().now
    assert isinstance(following, Stream)
    assert following.address == "tcp://127.0.0.1:8100"


def test_who_is_filmed_beside_a_moving_picture_is_told_over_it(house: House) -> None:
    to_the_talk(house)
    assert house.director.lease().granted
    wanted = house.director.wanted()
    assert [over.title for over in wanted.overlays] == [CAMERA_NOTICE]
    assert wanted.now.token.endswith("+camera")
    house.director.see(replace(house.status, token=wanted.now.token.removesuffix("+camera")))
    assert not house.director.lease().granted


def test_a_pause_and_a_crash_change_nothing_about_the_stream(house: House) -> None:
    to_the_talk(house)
    before = house.director.wanted()
    house.crash()
    house.director.see(house.status)
    assert house.director.wanted() == before
    assert house.director.view().phase is Phase.RUNNING


@pytest.mark.parametrize(
    ("evening", "shown"),
    [
        (MANIFEST, ("Welcome", "small-evening/pictures/poster.svg.png")),
        (full_evening.MANIFEST, ("Doors are open", "")),
    ],
)
def test_a_card_shows_its_picture_but_for_other_words_by_a_cue(
    paths: Paths, clock: HeldClock, evening: str, shown: tuple[str, str]
) -> None:
    house = House(
        paths, clock, evening.replace('id = "welcome"', 'id = "welcome"\npicture = "poster.svg"', 1)
    )
    house.load()
    house.go()
    house.run(2)
    now = house.director.wanted().now
    assert isinstance(now, Card)
    assert (now.title, now.picture) == shown
    house.close()
