from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.model.picture import Card
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from lab.full_evening import MANIFEST
from lab.show_house import House

BEFORE = datetime(2026, 11, 27, 18, 10, tzinfo=UTC)  # 19:10 at the venue, doors at 19:00, start at 19:30


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(BEFORE)


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock, MANIFEST, boot="first")
    made.load()
    yield made
    made.close()


def at_welcome(house: House) -> None:
    house.go()
    house.run(20 * 60, step_s=1.0)
    assert house.item == "welcome"


def test_an_item_with_a_time_enters_by_itself_at_that_time(house: House) -> None:
    house.go()
    house.run(19 * 60 + 55, step_s=1.0)
    assert house.item == "doors"
    house.run(5, step_s=1.0)
    assert house.item == "welcome"


def test_without_a_clock_to_believe_it_waits_for_go_and_says_so(paths: Paths) -> None:
    house = House(paths, HeldClock(BEFORE, ClockTrust.NONE), MANIFEST)
    house.load()
    house.go()
    house.run(30 * 60, step_s=1.0)
    assert house.item == "doors"
    assert "19:30" in house.director.view().faults[0]
    house.director.believe_clock()
    house.run(1)
    assert (house.item, house.director.view().faults) == ("welcome", ())
    house.close()


def test_that_the_clock_is_right_is_believed_through_a_crash_and_not_through_a_power_cut(
    paths: Paths,
) -> None:
    text = MANIFEST.replace('resume = "hold"', 'resume = "resume"')
    house = House(paths, HeldClock(BEFORE, ClockTrust.NONE), text, boot="first")
    house.load()
    house.go()
    house.director.believe_clock()
    house.crash()
    house.run(0.2)
    assert house.director.view().faults == ()
    house.crash(boot="second")
    house.run(0.2)
    assert "does not know the time" in house.director.view().faults[-1]
    house.close()


def test_go_does_not_wait_for_the_clock(house: House) -> None:
    house.go()
    house.go()
    assert house.item == "welcome"


def test_the_wait_after_one_item_and_before_the_next_are_both_waited(house: House) -> None:
    at_welcome(house)
    house.run(5.2)
    view = house.director.view()
    assert view.phase is Phase.WAITING
    assert view.waits_s == pytest.approx(2.3, abs=0.2)  # 2 s after the one, 1.5 s before the other
    house.run(1.8)
    assert house.director.view().phase is Phase.WAITING
    house.run(0.8)
    assert house.item == "trailer"


def test_while_waiting_a_card_stands_and_go_does_not_wait(house: House) -> None:
    at_welcome(house)
    house.run(5.5)
    now = house.director.wanted().now
    assert isinstance(now, Card)
    assert (now.title, now.paused, now.remaining_ms) == ("Welcome", True, 0)
    following = house.director.wanted().next
    assert following is not None
    assert following.token.endswith(".trailer")
    house.go()
    assert house.item == "trailer"


def test_a_wait_goes_on_after_a_crash(house: House) -> None:
    at_welcome(house)
    house.run(7)
    waited = house.director.view().waits_s
    house.crash()
    after = house.director.view()
    assert after.phase is Phase.WAITING
    assert after.waits_s == pytest.approx(waited, abs=1.1)


def test_panic_while_waiting_leads_back_into_the_wait_and_not_into_the_item(house: House) -> None:
    at_welcome(house)
    house.run(6)
    house.director.press(Verb.PANIC)
    house.run(10)
    house.director.press(Verb.RESUME)
    assert house.director.view().phase is Phase.WAITING
    house.run(4)
    assert house.item == "trailer"


def test_a_go_waits_as_long_as_the_next_item_asks_and_a_film_with_a_wait_before_it_is_not_rolled_into(
    house: House,
) -> None:
    at_welcome(house)
    house.go()
    assert house.director.view().phase is Phase.WAITING
    house.run(1.6)
    assert house.item == "trailer"
    assert house.director.wanted().next is not None  # the short follows at once
    house.director.press(Verb.BACK)
    assert house.item == "welcome"
    assert house.director.wanted().next is None


def test_after_a_power_cut_the_organiser_chose_a_calm_card_and_resume_goes_on_there(house: House) -> None:
    at_welcome(house)
    house.go()
    house.run(5)
    position = house.director.view().position_ms
    assert position > 2000
    house.crash(boot="second")
    view = house.director.view()
    assert view.phase is Phase.HELD
    assert "The Trailer" in view.faults[0]
    assert house.director.standing().lighting.look is HouseLights.UP
    house.director.press(Verb.RESUME)
    after = house.director.view()
    assert (after.phase, house.item, after.faults) == (Phase.RUNNING, "trailer", ())
    assert 0 <= position - after.position_ms <= 1100


def test_a_crash_of_the_show_alone_is_no_power_cut(house: House) -> None:
    at_welcome(house)
    house.crash()
    assert house.director.view().phase is Phase.RUNNING


def test_resume_after_a_power_cut_is_what_the_manifest_may_choose(paths: Paths, clock: HeldClock) -> None:
    house = House(paths, clock, MANIFEST.replace('resume = "hold"', 'resume = "resume"'), boot="first")
    house.load()
    house.go()
    house.crash(boot="second")
    assert house.director.view().phase is Phase.RUNNING
    house.crash(boot="second")
    assert house.director.view().phase is Phase.RUNNING
    house.close()


def test_resume_means_nothing_where_the_item_ended_and_only_go_leads_on(house: House) -> None:
    house.director.press(Verb.GO)
    house.clock.advance(1)
    with pytest.raises(MatineeError) as caught:
        house.director.press(Verb.RESUME)
    assert caught.value.key == "show.not_now"


def test_seek_moves_film_and_card_and_fires_what_it_jumps_over(house: House) -> None:
    house.go()
    with pytest.raises(MatineeError) as caught:
        house.director.seek(1000)
    assert caught.value.key == "show.no_seek"
    house.go()
    house.director.seek(3000)
    assert house.director.view().position_ms == 3000
    assert house.director.standing().lighting.level == 0.2
    house.director.press(Verb.NEXT)
    house.run(1)
    house.director.seek(6000)
    house.run(0.2)
    assert house.director.view().position_ms == pytest.approx(6200, abs=200)
    house.director.seek(999_000)
    assert house.director.view().position_ms == 8000
    house.run(0.3)
    assert house.item == "short"


def test_after_a_seek_back_and_a_crash_the_film_is_where_it_was_sought(house: House) -> None:
    at_welcome(house)
    house.go()
    house.run(6)
    house.director.seek(1000)
    house.run(0.5)
    house.crash()
    assert house.director.view().position_ms <= 1600


def test_a_show_of_yesterday_does_not_begin_by_itself(paths: Paths) -> None:
    late = HeldClock(datetime(2026, 11, 27, 20, 0, tzinfo=UTC))
    text = MANIFEST.replace('id = "doors"\nkind = "card"', 'id = "doors"\nkind = "card"\nat = "19:30"')
    house = House(paths, late, text)
    house.load()
    house.run(2)
    assert house.director.view().phase is Phase.STANDBY
    house.close()
