"""An evening of acts: each before its own backdrop, with its own lights and offer, adapted from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock
from appliance.ids import ItemId
from appliance.model.change import Swap
from appliance.model.picture import Card, Film
from appliance.model.programme import HouseLights
from appliance.paths import Paths
from lab.show_house import House

MANIFEST = """\
matinee = 1

[event]
id = "small-evening"
title = "Three Acts"
starts = 2026-11-27T19:30:00+01:00

[venue]
name = "Café Meridian"

[organiser]
name = "Harbour Film Club"

[[item]]
id = "music"
kind = "backdrop"
title = "Two cellos"
film = "short.mp4"
lights = "down"

[[item]]
id = "zines"
kind = "backdrop"
title = "Zines, read aloud"
picture = "zines.svg"
lights = "half"

[[item]]
id = "film"
kind = "trailer"
title = "The Trailer"
film = "trailer.mp4"

[[item]]
id = "other-zines"
kind = "backdrop"
title = "Other zines"
picture = "other.png"
reserve = true

[[drop]]
id = "zine"
title = "Zine, numbered"
stock = 20

[[cue]]
id = "applause"
on = "outside"
trigger = "loud-room"
item = "music"
do = [{ lights = "half", fade_s = 2 }, { volume = 0.3, fade_s = 2 }]

[[cue]]
id = "table-opens"
item = "zines"
on = "entry"
do = [{ open_drop = "zine" }, { overlay = { id = "code", kind = "qr", drop = "zine" } }]
"""


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock, MANIFEST)
    made.load()
    yield made
    made.close()


def test_each_act_has_its_backdrop_its_lights_and_its_offer(house: House) -> None:
    house.go()
    music = house.director.wanted().now
    assert isinstance(music, Film)
    assert (music.loop, house.director.standing().lighting.look) == (True, HouseLights.DOWN)
    assert house.director.view().open_drops == ()
    house.go()
    zines = house.director.wanted()
    assert isinstance(zines.now, Card)
    assert zines.now.picture.endswith("zines.svg.png")
    assert [(over.title, over.qr) for over in zines.overlays] == [("Zine, numbered", "http://portal/drops")]
    assert house.director.view().open_drops == ("zine",)
    assert house.director.standing().lighting.look is HouseLights.HALF
    house.go()
    assert isinstance(house.director.wanted().now, Film)
    assert house.director.wanted().overlays == ()


def test_a_sensor_in_the_room_fades_light_and_sound_of_the_act(house: House) -> None:
    house.go()
    house.director.trigger("loud-room", "nonce")
    lighting = house.director.standing().lighting
    assert (lighting.look, lighting.fade_s) == (HouseLights.HALF, 2)
    assert (house.director.wanted().volume, house.director.wanted().fade_s) == (0.3, 2)


def test_the_backdrop_of_an_act_is_swapped_between_shows(house: House) -> None:
    house.director.change(Swap(ItemId("zines"), ItemId("other-zines")))
    house.go()
    house.go()
    now = house.director.wanted().now
    assert isinstance(now, Card)
    assert now.picture.endswith("other.png.png")
