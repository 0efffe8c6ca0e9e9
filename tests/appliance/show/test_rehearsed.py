"""What the rehearsal found stands on the card before the show, and nowhere else."""

from __future__ import annotations

from appliance.clock import HeldClock
from appliance.model.picture import Card
from appliance.model.show_view import Verb
from appliance.paths import Paths
from appliance.show.screen import rehearsed
from lab.show_house import House


def test_the_card_before_the_show_says_it_and_no_other(paths: Paths, clock: HeldClock) -> None:
    house = House(paths, clock)
    house.load()
    noted = rehearsed(house.director.wanted(), "rehearsed 18:42, all well").now
    assert isinstance(noted, Card)
    assert noted.note == "Rehearsed 18:42, all well"
    assert noted.token != house.director.wanted().now.token
    assert rehearsed(house.director.wanted(), "") == house.director.wanted()
    house.director.press(Verb.GO)
    assert rehearsed(house.director.wanted(), "rehearsed 18:42, all well") == house.director.wanted()
    house.close()
