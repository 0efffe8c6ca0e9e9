from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import CueId, ItemId
from appliance.model.lighting import Lighting
from appliance.model.picture import Card, Failure, Film, ScreenStatus
from appliance.model.programme import CardLayout, HouseLights
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from appliance.show.presses import Pressed
from appliance.show.screen import CAMERA_NOTICE
from lab.evening import MANIFEST, PACKING
from lab.show_house import House


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock)
    made.load()
    yield made
    made.rows.database.close()


def test_an_evening_runs_by_four_presses(house: House) -> None:
    assert house.director.view().phase is Phase.STANDBY
    house.go()
    assert house.item == "welcome"
    house.go()
    house.run(8.5)
    assert house.item == "short"
    house.run(12)
    assert house.item == "break"
    house.run(10.5)
    assert house.item == "talk"
    house.go()
    assert house.item == "closing"
    house.go()
    assert house.director.view().phase is Phase.OVER
    entered = house.facts().count("item_entered")
    assert (entered, house.facts()[0], house.facts()[-1]) == (6, "show_started", "show_ended")


def test_a_drop_is_open_between_its_cues_and_the_lights_follow(house: House) -> None:
    house.go()
    house.go()
    assert house.director.standing().lighting.look is HouseLights.DOWN
    house.run(20.5)
    assert (house.item, house.director.view().open_drops) == ("break", ("poster",))
    assert house.director.standing().lighting.look is HouseLights.UP
    house.run(8.2)
    assert house.director.view().open_drops == ()
    assert house.facts().count("cue_fired") == 2


def test_the_house_is_filmed_only_in_the_talk_and_only_while_the_screen_says_so(house: House) -> None:
    leases = []
    for _ in range(40):
        leases.append((house.item, house.director.lease().granted))
        if house.item in {"", "welcome", "talk"} and len(leases) % 5 == 0:
            house.go()
        house.run(1.1)
    assert {item for item, granted in leases if granted} == {"talk"}


def test_a_lease_needs_the_notice_on_the_screen(house: House) -> None:
    house.go()
    house.go()
    house.run(31)
    assert house.item == "talk"
    card = house.director.wanted().now
    assert isinstance(card, Card)
    assert card.note == CAMERA_NOTICE
    assert house.director.lease().granted
    house.away = True
    house.run(2)
    assert not house.director.lease().granted


def test_panic_ends_filming_and_calms_the_screen_at_once(house: House) -> None:
    house.go()
    house.go()
    house.run(31)
    house.director.press(Verb.PANIC)
    assert not house.director.lease().granted
    assert house.director.standing().lighting.look is HouseLights.UP
    calm = house.director.wanted().now
    assert isinstance(calm, Card)
    assert calm.layout is CardLayout.CALM
    house.director.press(Verb.RESUME)
    assert house.item == "talk"


def test_after_a_crash_in_mid_film_the_show_stands_within_a_second_of_where_it_was(
    house: House, paths: Paths, clock: HeldClock
) -> None:
    house.go()
    house.go()
    house.run(5)
    before = house.director.view()
    house.rows.database.close()
    risen = House(paths, clock)
    after = risen.director.view()
    assert (after.show, after.index, after.phase) == (before.show, before.index, Phase.RUNNING)
    assert 0 <= before.position_ms - after.position_ms <= 1100
    wanted = risen.director.wanted().now
    assert isinstance(wanted, Film)
    assert wanted.start_ms == after.position_ms
    risen.rows.database.close()


def test_while_the_player_is_away_the_film_waits_and_the_remote_says_so(house: House) -> None:
    house.go()
    house.go()
    house.run(3)
    position = house.director.view().position_ms
    house.away = True
    house.run(4)
    view = house.director.view()
    assert (view.player, view.position_ms) == ("restarting", position)
    assert "restarting" in view.faults[0]
    house.away = False
    house.run(1)
    assert house.director.view().faults == ()


def test_a_film_that_can_not_be_shown_is_skipped_and_named(house: House) -> None:
    house.go()
    house.go()
    token = house.director.wanted().now.token
    house.director.see(ScreenStatus(token=None, failed=(Failure(token, "no picture"),)))
    assert house.item == "short"
    assert "The Trailer" in house.director.view().faults[0]


def test_the_same_press_twice_is_one_act(house: House, clock: HeldClock) -> None:
    house.director.press(Verb.GO, Pressed("nonce-1"))
    clock.advance(5)
    house.director.press(Verb.GO, Pressed("nonce-1"))
    assert house.item == "welcome"


def test_a_double_press_of_go_is_one_go(house: House, clock: HeldClock) -> None:
    house.director.press(Verb.GO)
    clock.advance(0.2)
    house.director.press(Verb.GO)
    assert house.item == "welcome"


def test_lights_set_by_hand_stand_until_the_next_item_even_through_a_crash(
    house: House, paths: Paths, clock: HeldClock
) -> None:
    house.go()
    house.director.lights(Lighting(HouseLights.HALF))
    house.rows.database.close()
    risen = House(paths, clock)
    assert risen.director.standing().lighting.look is HouseLights.HALF
    risen.go()
    assert risen.director.standing().lighting.look is HouseLights.DOWN
    risen.rows.database.close()


def test_a_cue_can_be_fired_by_name_and_an_unknown_one_is_refused(house: House) -> None:
    house.go()
    house.director.fire(CueId("sell"), None)
    assert house.director.view().open_drops == ("poster",)
    with pytest.raises(MatineeError) as caught:
        house.director.fire(CueId("nothing"), None)
    assert caught.value.key == "show.unknown_cue"


def test_no_event_is_loaded_over_a_running_show(house: House) -> None:
    house.go()
    with pytest.raises(MatineeError) as caught:
        house.load()
    assert caught.value.key == "show.running"


@pytest.mark.parametrize(
    ("verbs", "phase"),
    [
        ((), Phase.RUNNING),
        ((Verb.PAUSE,), Phase.PAUSED),
        ((Verb.HOLD,), Phase.HELD),
        ((Verb.PANIC,), Phase.PANIC),
    ],
)
def test_a_show_that_is_named_is_left_for_another_in_one_act(
    house: House, verbs: tuple[Verb, ...], phase: Phase
) -> None:
    house.go()
    house.go()
    for verb in verbs:
        house.director.press(verb)
    assert house.director.view().phase is phase
    other = MANIFEST.replace("small-evening", "other"), replace(PACKING, event="other")
    for leaving in ("", "other", "unknown"):
        with pytest.raises(MatineeError) as caught:
            house.director.load(*other, leaving=leaving)
        assert caught.value.key == "show.running"
    after = house.director.load(*other, leaving="small-evening")
    assert (after.event, after.phase, after.visit) == ("other", Phase.STANDBY, 0)
    stands = house.director.wanted()
    assert isinstance(stands.now, Card)
    assert house.director.standing().lighting.look is HouseLights.UP
    house.crash()
    assert house.director.wanted() == stands
    house.go()
    assert (house.director.view().phase, house.item) == (Phase.RUNNING, "welcome")


def test_no_leave_to_film_lives_on_in_the_next_show(house: House) -> None:
    house.go()
    house.go()
    house.run(31)
    before = house.director.lease()
    assert before.granted
    house.director.load(MANIFEST, PACKING, leaving="small-evening")
    assert not house.director.lease().granted
    house.director.enter(ItemId("talk"))
    house.run(0.5)
    assert house.director.lease().granted
    assert house.director.lease().leave != before.leave


def test_a_press_of_the_last_evening_does_not_swallow_the_first_of_this_one(house: House) -> None:
    house.go()
    house.director.press(Verb.HOLD)
    house.director.press(Verb.STANDBY)
    house.load()
    assert house.director.press(Verb.GO).phase is Phase.RUNNING
