from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import CueId
from appliance.model.lighting import Lighting
from appliance.model.picture import Card, Overlay, OverlayKind
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from appliance.show.screen import CAMERA_NOTICE
from lab.full_evening import MANIFEST
from lab.show_house import House


@pytest.fixture
def house(paths: Paths) -> Iterator[House]:
    made = House(paths, HeldClock(datetime(2026, 11, 27, 18, 10, tzinfo=UTC)), MANIFEST)
    made.load()
    yield made
    made.close()


def enter(house: House, item: str) -> None:
    house.director.press(Verb.GO)
    while house.item != item or house.director.view().phase is Phase.WAITING:
        house.clock.advance(1)
        house.director.press(Verb.NEXT)
    house.run(0.3)


def test_one_cue_does_many_things(house: House) -> None:
    enter(house, "welcome")
    house.run(2)
    assert house.director.standing().lighting == Lighting(HouseLights.HALF, 0.2, 1.5)
    card = house.director.wanted().now
    assert isinstance(card, Card)
    assert (card.title, card.lines) == ("Please be seated", ("We begin",))


def test_lights_and_sound_fade_before_the_end(house: House) -> None:
    enter(house, "short")
    assert (house.director.wanted().volume, house.director.standing().lighting.look) == (
        1.0,
        HouseLights.DOWN,
    )
    house.run(9.2)
    wanted = house.director.wanted()
    assert (wanted.volume, wanted.fade_s) == (0.3, 2.0)
    assert house.director.standing().lighting == Lighting(HouseLights.HALF, None, 3.0)
    house.director.volume(0.5)
    assert house.director.wanted().volume == 0.15


def test_the_volume_of_a_hand_stays_for_the_whole_show_and_through_a_crash(house: House) -> None:
    house.director.volume(0.5)
    enter(house, "trailer")
    house.crash()
    assert house.director.wanted().volume == 0.5


def test_an_overlay_comes_goes_and_comes_again_by_hand(house: House) -> None:
    enter(house, "talk")
    for _ in range(2):
        house.director.fire(CueId("who-speaks"))
        notice, overlay = house.director.wanted().overlays
        assert notice.title == CAMERA_NOTICE, (
            "the talk is filmed: the panel would lie over the card's own notice"
        )
        assert overlay == Overlay("speaker", OverlayKind.LOWER_THIRD, "Ada Lovelace", "Director")
        house.director.fire(CueId("who-spoke"))
        assert house.director.wanted().overlays == ()


def test_how_many_are_left_is_what_the_stock_says_now(house: House) -> None:
    enter(house, "break")
    left, code = house.director.wanted().overlays
    assert (left.title, left.left, code.qr) == ("Poster", 5, "http://portal/drops")
    house.stock.taken = 2
    assert house.director.wanted().overlays[0].left == 3


def test_a_cue_of_the_clock_fires_once_a_show_at_its_time(house: House) -> None:
    house.run(9 * 60, step_s=1.0)
    assert house.director.view().call == ""
    house.run(61, step_s=1.0)
    assert house.director.view().call == "We begin in ten minutes"
    house.crash()
    enter(house, "welcome")
    house.run(3)
    assert house.facts().count("cue_fired") == 2  # the call and the dimmer, each once


def test_something_outside_fires_a_cue_by_its_trigger(house: House) -> None:
    enter(house, "break")
    assert house.director.view().open_drops == ("poster",)
    view = house.director.trigger("bar-bell", "n")
    house.director.trigger("bar-bell", "n")
    assert (view.open_drops, view.call) == ((), "The bar is closing")
    assert house.facts().count("cue_fired") == 2
    with pytest.raises(MatineeError) as caught:
        house.director.trigger("door-bell")
    assert caught.value.key == "show.unknown_trigger"


def test_operators_are_told_until_the_item_ends(house: House) -> None:
    enter(house, "talk")
    assert house.director.view().messages == ("Hand over the microphone",)
    assert {cue.id for cue in house.director.view().cues} == {
        "who-speaks",
        "who-spoke",
        "film-us",
        "call",
        "bell",
    }
    house.clock.advance(1)
    house.director.press(Verb.NEXT)
    assert house.director.view().messages == ()


def test_dimmer_by_hand_stands_until_the_next_item(house: House) -> None:
    enter(house, "talk")
    house.director.lights(Lighting(HouseLights.HALF, 0.35))
    house.crash()
    assert house.director.view().level == 0.35
    house.clock.advance(1)
    house.director.press(Verb.NEXT)
    assert house.director.view().level is None
