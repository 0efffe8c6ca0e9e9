from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.model.change import StartLater, Stretch, Swap, TakeOut
from appliance.model.picture import Card
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.store.outbox import Lane, messages_after
from lab.evening import MANIFEST, PACKING
from lab.show_house import House


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock, MANIFEST)
    made.load()
    yield made
    made.close()


def test_an_intermission_is_stretched_while_it_runs(house: House) -> None:
    house.go()
    house.go()
    house.run(22)
    assert house.item == "break"
    view = house.director.change(Stretch(ItemId("break"), 300))
    assert (view.duration_ms, view.version) == (310_000, 2)
    house.run(60, step_s=1.0)
    assert house.item == "break"
    card = house.director.wanted().now
    assert isinstance(card, Card)
    assert card.remaining_ms == pytest.approx(248_000, abs=1500)


def test_fifteen_minutes_late_is_on_the_card_at_once_and_after_a_crash(house: House) -> None:
    before = house.director.wanted().now
    view = house.director.change(StartLater(900))
    assert view.late_s == 900
    card = house.director.wanted().now
    assert isinstance(before, Card)
    assert isinstance(card, Card)
    assert ("start 19:30" in before.lines[-1], "start 19:45" in card.lines[-1]) == (True, True)
    house.crash()
    assert house.director.wanted().now == card


def test_an_item_dropped_before_its_turn_is_not_shown_and_the_position_stays(house: House) -> None:
    house.go()
    house.go()
    house.run(3)
    position = house.director.view().position_ms
    following = house.director.wanted().next
    assert following is not None
    house.director.change(TakeOut(ItemId("short")))
    assert (house.item, house.director.view().position_ms) == ("trailer", position)
    following = house.director.wanted().next
    assert following is not None
    assert following.token.endswith(".break")
    house.crash()
    assert house.item == "trailer"
    house.run(6)
    assert house.item == "break"


def test_what_is_on_the_screen_can_not_be_dropped(house: House) -> None:
    house.go()
    with pytest.raises(MatineeError) as caught:
        house.director.change(TakeOut(ItemId("welcome")))
    assert caught.value.key == "show.item_on_screen"
    assert house.director.view().phase is Phase.RUNNING


def test_a_swap_moves_what_comes_and_the_reason_is_a_row_and_a_fact(house: House) -> None:
    house.go()
    house.director.change(Swap(ItemId("trailer"), ItemId("short")), "nonce")
    house.director.change(Swap(ItemId("trailer"), ItemId("short")), "nonce")
    house.go()
    assert house.item == "short"
    rows = house.rows.database.query("SELECT number, reason FROM programme_version")
    assert [(row["number"], row["reason"]) for row in rows] == [
        (2, '{"type":"swap","item":"trailer","other":"short"}')
    ]
    facts = [row for row in messages_after(house.rows.database, Lane.FACTS, 0) if "changed" in row.kind]
    assert len(facts) == 1
    assert '"swap"' in facts[0].body


def test_another_evening_begins_with_its_own_programme(house: House) -> None:
    house.director.change(TakeOut(ItemId("short")))
    house.load()
    assert [item.id for item in house.director.view().items][2] == "short"


def test_an_evening_with_a_film_that_is_not_on_the_card_is_not_taken_up(house: House) -> None:
    with pytest.raises(MatineeError) as caught:
        house.director.load(MANIFEST.replace("short.mp4", "lost.mp4"), PACKING)
    assert caught.value.key == "show.film_missing"
    assert house.director.view().title == "A Small Evening"
