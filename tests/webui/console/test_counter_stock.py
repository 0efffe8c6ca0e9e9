"""Stock by hand at the counter, and the word to stewards when little is left."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from appliance.ids import DropId, new_secret
from appliance.store.console_rows import Role
from lab.desk_room import Steward
from lab.market import Market, market
from lab.shop import MANIFEST
from webui.console.console import Console


@pytest.fixture
def house(request: pytest.FixtureRequest) -> Iterator[Market]:
    yield from market(request, MANIFEST)


@pytest.fixture
def steward(house: Market) -> Steward:
    return house.steward()


def test_stock_is_edited_by_hand_and_only_an_operator_opens_and_closes(
    steward: Steward, house: Market
) -> None:
    for _ in range(3):
        house.reserve("print")
    page = steward.post("/desk/counter/stock", drop="print", units="-1").text
    assert "So many are not there any more: 0 are left" in page
    steward.post("/desk/counter/stock", drop="print", units="+4")
    assert "4</b> <span>of 7 left" in steward.browser.get("/desk/counter/stock").text
    for units in ("", "0", "1.5", "--2", "9999999", "two"):
        assert steward.post("/desk/counter/stock", drop="print", units=units).status_code == 409
    assert steward.post("/desk/counter/switch", drop="print", state="open").status_code == 403
    operator = house.steward(Role.OPERATOR)
    operator.post("/desk/counter/switch", drop="print", state="open")
    assert "open" in steward.browser.get("/desk/counter/stock").text
    rows = list(csv.DictReader(io.StringIO(steward.browser.get("/desk/counter/stock.csv").text)))
    assert [(row["item"], row["size"], row["left"]) for row in rows] == [
        ("print", "", "4"), ("shirt", "m", "2"), ("shirt", "l", "1"),
    ]  # fmt: skip


def test_few_are_left_is_said_at_the_counter(steward: Steward, house: Market) -> None:
    assert "The print: 1 left." not in steward.browser.get("/desk/counter").text
    for _ in range(2):
        house.reserve("print")
    assert "The print: 1 left." in steward.browser.get("/desk/counter").text


def test_few_left_and_who_waits_is_said_on_desk_and_remote_until_more_came(
    steward: Steward, house: Market, console: Console
) -> None:
    def on_remote() -> str:
        return next(offer.words for offer in console.house.look().offers if offer.id == "print")

    assert "The print:" not in steward.browser.get("/desk").text
    assert on_remote() == "3 of 3 left"
    for _ in range(3):
        house.reserve("print")
    drop, who = house.event.drop(DropId("print")), house.box.sign_up(house.event).id
    house.shop.offers.wait(house.event.id, drop, who, new_secret(), is_open=True)
    page = steward.browser.get("/desk").text
    assert "The print: 0 left. 1 waits for one." in page
    assert on_remote() == "low: 0 of 3 left, 1 wait"
    steward.post("/desk/counter/stock", drop="print", units="4")
    assert "The print:" not in steward.browser.get("/desk").text
    assert on_remote() == "3 of 7 left"
