"""Bundles at the counter's page: parts one by one, credit in steps, and what the page says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock
from lab.desk_room import Steward, said
from lab.market import Market, market
from lab.shop import BUNDLED


@pytest.fixture
def house(request: pytest.FixtureRequest) -> Iterator[Market]:
    yield from market(request, BUNDLED)


@pytest.fixture
def steward(house: Market) -> Steward:
    return house.steward()


def _piece(house: Market, kind: str) -> str:
    (parcel,) = house.shop.view.look(house.event, frozenset()).pick_list
    return next(piece.id for piece in parcel.pieces if kind in (piece.kind, piece.drop))


def _press(steward: Steward, verb: str, **fields: str) -> str:
    return steward.post(f"/desk/counter/{verb}", **fields).text.replace("\N{NO-BREAK SPACE}", " ")


def test_parts_and_credit_are_pressed_one_by_one_and_the_page_says_what_came_of_it(
    steward: Steward, house: Market, clock: HeldClock
) -> None:
    code = house.code(house.reserve("evening", "m"))
    page = _press(steward, "find", text=code)
    assert "Credit: € 7.50" in page
    assert page.count("Used now") == 2  # theirs, and in the list
    credit, paper = _piece(house, "credit"), _piece(house, "print")
    assert said(_press(steward, "spend", piece=credit, amount="1")) == "Not paid yet"
    page = _press(steward, "hand-part", piece=paper, way="cash", desk="2")
    assert (said(page), "The print" in page) == ("Hand it over", True)
    clock.advance(90)
    assert said(_press(steward, "hand-part", piece=paper)) == "Already collected, 21:15, by desk 2"
    assert said(_press(steward, "spend", piece=credit, amount="7,51")) == "Not so much is left"
    page = _press(steward, "spend", piece=credit, amount="5")
    assert (said(page), "€ 2.50 left" in page) == ("Taken off", True)
    undo = re.search(r'action="/desk/counter/(undo-part/[^"]+)"', page)
    assert undo
    (parcel,) = house.shop.view.look(house.event, frozenset()).pick_list
    assert said(_press(steward, "return", claim=parcel.claim)) == "Some of its credit is spent"
    assert "For the next evening" in steward.browser.get("/desk/counter/cash-up").text
    assert said(_press(steward, undo[1])) == "Undone"
    assert said(_press(steward, "return", claim=parcel.claim)) == "Taken back"


@pytest.mark.parametrize("amount", ["-1", "0", "1e1", "0.001", "", "9" * 14])
def test_what_is_no_amount_takes_nothing_off(steward: Steward, house: Market, amount: str) -> None:
    house.reserve("evening", "l")
    _press(steward, "hand-part", piece=_piece(house, "print"), way="given")
    answer = steward.post("/desk/counter/spend", piece=_piece(house, "credit"), amount=amount)
    assert answer.status_code == 409
    assert house.shop.view.look(house.event, frozenset()).spent == ()


def test_a_press_for_another_part_says_so(steward: Steward, house: Market) -> None:
    house.reserve("evening", "m")
    once = {"nonce": steward.nonce()}
    _press(steward, "hand-part", piece=_piece(house, "print"), **once)
    refused = steward.post("/desk/counter/hand-part", piece=_piece(house, "shirt"), **once)
    assert (refused.status_code, "too old" in refused.text) == (409, True)
