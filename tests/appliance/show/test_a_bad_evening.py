"""What goes wrong in real rooms: full cards, second evenings, presses at the wrong moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from appliance.show.director import Director
from appliance.show.journal import Journal
from appliance.store.outbox import Outbox
from lab.evening import MANIFEST
from lab.show_house import AROUND, House


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock)
    made.load()
    yield made
    made.close()


def refuse_writing(house: House) -> None:
    """No page more fits into the file, as on a full card."""
    with house.rows.database.transaction() as tx:
        pages = tx.query("PRAGMA page_count")[0][0]
        tx.query(f"PRAGMA max_page_count={pages}")
        tx.query("PRAGMA wal_autocheckpoint=0")


def allow_writing(house: House) -> None:
    with house.rows.database.transaction() as tx:
        tx.query("PRAGMA max_page_count=1073741823")


def fill(house: House) -> None:
    """Press what is refused until even a small row finds no room."""
    refuse_writing(house)
    for number in range(4000):
        try:
            house.director.lights(house.director.standing().lighting, f"fill-{number}")
        except MatineeError as refused:
            assert refused.key == "store.not_saved"
            return
    pytest.fail("the file never filled")


def test_on_a_full_card_panic_works_the_film_goes_on_and_the_remote_says_why(house: House) -> None:
    house.go()
    house.go()
    fill(house)
    house.run(9)
    assert house.item == "short"
    house.director.press(Verb.PANIC)
    view = house.director.view()
    assert (view.phase, view.lights) == (Phase.PANIC, HouseLights.UP)
    assert any("Not saved" in fault for fault in view.faults)
    with pytest.raises(MatineeError):
        house.director.press(Verb.RESUME)
    allow_writing(house)
    house.director.press(Verb.RESUME)
    house.run(1.5)
    assert house.director.view().phase is Phase.RUNNING
    assert house.director.view().faults == ()


def test_standby_after_an_evening_begins_a_new_one_with_offers_closed(house: House) -> None:
    house.go()
    house.go()
    house.run(20.5)
    assert house.director.view().open_drops == ("poster",)
    first = house.director.view().show
    house.director.press(Verb.HOLD)
    house.director.press(Verb.STANDBY)
    view = house.director.view()
    assert (view.phase, view.open_drops) == (Phase.STANDBY, ())
    assert view.show != first
    house.go()
    assert house.facts().count("show_started") == 2


def test_a_cue_just_before_the_end_of_a_film_fires_also_when_the_player_rolls_on(
    paths: Paths, clock: HeldClock
) -> None:
    late = '[[cue]]\nid = "late"\nitem = "trailer"\non = "before_end"\nseconds = 0.05\n'
    late += 'do = [{ open_drop = "poster" }]\n'
    house = House(paths, clock, f"{MANIFEST}\n{late}")
    house.load()
    house.go()
    house.go()
    house.run(8.4)
    assert house.item == "short"
    assert house.director.view().open_drops == ("poster",)
    house.close()


def test_go_pressed_just_as_a_card_ends_does_not_skip_the_next_item(house: House) -> None:
    house.go()
    house.go()
    house.run(20.5)
    while house.item == "break":
        house.run(0.1)
    house.director.press(Verb.GO)
    assert house.item == "talk"
    house.clock.advance(1)
    house.director.press(Verb.GO)
    assert house.item == "closing"


def test_panic_after_the_end_leads_back_to_the_end(house: House) -> None:
    for _ in range(2):
        house.go()
    house.run(31)
    house.go()
    house.go()
    assert house.director.view().phase is Phase.OVER
    house.director.press(Verb.PANIC)
    house.director.press(Verb.RESUME)
    assert house.director.view().phase is Phase.OVER


def test_after_a_power_cut_a_full_card_keeps_nobody_from_the_calm_card(
    paths: Paths, clock: HeldClock
) -> None:
    house = House(paths, clock, MANIFEST.replace("doors =", 'resume = "hold"\ndoors ='), boot="first")
    house.load()
    house.go()
    fill(house)
    house.director = Director(
        Journal(house.rows, Outbox(BoxId("box"), clock), clock, "second"),
        house.rows.loaded(), AROUND, clock, stock=house.stock,
    )  # fmt: skip
    assert house.director.view().phase is Phase.HELD
    house.close()
