"""A show without its papers warns or refuses, as the manifest says."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from lab.evening import MANIFEST
from lab.show_house import House

PERMIT = """
[[permit]]
id = "projection"
title = "Projection permit"
reference = "{reference}"
expires = {expires}
without = "{without}"
"""


def house_with(paths: Paths, expires: str, without: str, reference: str = "B-17") -> House:
    text = MANIFEST + PERMIT.format(expires=expires, without=without, reference=reference)
    made = House(paths, HeldClock(), text)
    made.load()
    made.director.tick()
    return made


def test_an_expired_permit_refuses_the_first_go_and_says_what_to_do(paths: Paths) -> None:
    house = house_with(paths, "2026-11-26", "refuse")
    with pytest.raises(MatineeError) as caught:
        house.go()
    assert caught.value.key == "show.no_permit"
    assert "ran out on 26 November 2026" in caught.value.sentence
    assert "under Permits" in caught.value.sentence
    assert house.director.view().phase is Phase.STANDBY
    assert "Projection permit" in house.director.view().faults[0]
    house.close()


def test_where_it_shall_only_warn_the_show_begins_and_stops_speaking_of_it(paths: Paths) -> None:
    house = house_with(paths, "2026-11-26", "warn")
    assert "Projection permit" in house.director.view().faults[0]
    house.go()
    house.run(1)
    assert house.item == "welcome"
    assert house.director.view().faults == ()
    house.close()


def test_a_permit_that_holds_says_nothing(paths: Paths, tmp_path: Path) -> None:
    house = house_with(paths, "2026-11-27", "refuse")
    assert house.director.view().faults == ()
    house.go()
    assert house.item == "welcome"
    house.close()
    missing = house_with(Paths(tmp_path / "other").ensure(), "2026-11-27", "refuse", reference="")
    with pytest.raises(MatineeError, match="has not been given yet"):
        missing.go()
    missing.close()


def test_a_running_show_is_not_stopped_for_a_paper(paths: Paths) -> None:
    house = house_with(paths, "2026-11-27", "refuse")
    house.go()
    house.clock.advance(6 * 3600)  # past midnight
    house.run(1)
    house.go()
    assert house.director.view().phase is Phase.RUNNING
    house.close()


def test_an_evening_that_waits_for_its_time_is_refused_before_it_waits(paths: Paths) -> None:
    text = MANIFEST.replace('id = "welcome"\n', 'id = "welcome"\nwait_before_s = 60\n', 1)
    assert text != MANIFEST
    made = House(
        paths, HeldClock(), text + PERMIT.format(reference="B-17", expires="2026-11-26", without="refuse")
    )
    made.load()
    with pytest.raises(MatineeError) as caught:
        made.go()
    assert caught.value.key == "show.no_permit"
    assert made.director.view().phase is Phase.STANDBY
    made.close()


def test_past_midnight_the_evening_is_still_that_of_its_date(paths: Paths) -> None:
    """A permit for the 27th holds for the evening of the 27th, also for who begins late."""
    house = house_with(paths, "2026-11-27", "refuse")
    house.clock.advance(8 * 3600)
    house.director.tick()
    assert house.clock.now().day == 28
    assert house.director.view().faults == ()
    house.go()
    assert house.item == "welcome"
    house.close()


def test_the_next_evening_is_another_date(paths: Paths) -> None:
    house = house_with(paths, "2026-11-27", "refuse")
    house.clock.advance(24 * 3600)
    with pytest.raises(MatineeError, match="ran out on 27 November"):
        house.go()
    house.close()


@pytest.mark.parametrize("way", ["enter", "resume"])
def test_panic_before_the_first_item_is_no_way_around_a_missing_paper(paths: Paths, way: str) -> None:
    house = house_with(paths, "2026-11-26", "refuse")
    house.director.press(Verb.PANIC)
    if way == "resume":
        house.director.press(Verb.RESUME)
    with pytest.raises(MatineeError) as caught:
        house.director.enter(ItemId("welcome"))
    assert caught.value.key == "show.no_permit"
    house.close()
