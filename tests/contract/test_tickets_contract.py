"""What a ticket shop is to the door: the same for the real pretix and for the one that tests play."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from appliance.ids import new_id
from appliance.model.door import Redemption
from appliance.sync.tickets import Tickets
from appliance.sync.tickets_pretix import PretixTickets
from lab.ticket_shops import PlayedShop, RealShop, real_pretix, secret

AT = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=["played", pytest.param("pretix", marks=pytest.mark.soak)])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PlayedShop | RealShop]:
    if request.param == "played":
        yield PlayedShop()
        return
    with real_pretix(tmp_path_factory.mktemp("pretix")) as real:
        yield real


@pytest.fixture(scope="module")
def shop(house: PlayedShop | RealShop) -> Tickets:
    return house if isinstance(house, PlayedShop) else PretixTickets(house.settings)


@pytest.fixture(scope="module")
def tomorrow(house: PlayedShop | RealShop) -> Tickets:
    """The shop as a box asks it that is set up for another list by now."""
    if isinstance(house, PlayedShop):
        return house
    return PretixTickets(structs.replace(house.settings, list=house.other_list))


@pytest.fixture(scope="module")
def remotes(shop: Tickets) -> dict[str, str]:
    """Secret to number."""
    return {ticket.secret: ticket.remote for ticket in shop.tickets()}


def redemption(remote: str, minute: int = 0, *, entered: bool = True) -> Redemption:
    return Redemption(new_id(), remote, entered, AT + timedelta(minutes=minute))


def test_every_ticket_comes_with_name_and_secret_and_why_it_is_not_good(shop: Tickets) -> None:
    tickets = {ticket.secret: ticket for ticket in shop.tickets()}
    assert [tickets[secret(number)].refusal for number in range(6)] == [""] * 5 + ["not paid"]
    assert tickets[secret(0)].name == "Guest 0"
    assert len({ticket.remote for ticket in tickets.values()}) == len(tickets) >= 6


def test_an_act_told_twice_is_one(shop: Tickets, remotes: dict[str, str]) -> None:
    act = redemption(remotes[secret(0)])
    assert shop.redeem(act).accepted
    assert shop.redeem(act).accepted


def test_another_act_on_the_same_ticket_is_refused_with_its_reason(
    shop: Tickets, remotes: dict[str, str]
) -> None:
    assert shop.redeem(redemption(remotes[secret(1)])).accepted
    refused = shop.redeem(redemption(remotes[secret(1)]))
    assert (refused.accepted, refused.reason) == (False, "already redeemed")


def test_who_went_out_may_come_in_again(shop: Tickets, remotes: dict[str, str]) -> None:
    assert shop.redeem(redemption(remotes[secret(2)])).accepted
    assert shop.redeem(redemption(remotes[secret(2)], 9, entered=False)).accepted
    assert shop.redeem(redemption(remotes[secret(2)], 20)).accepted


def test_what_was_told_can_be_taken_back(shop: Tickets, remotes: dict[str, str]) -> None:
    act = redemption(remotes[secret(4)])
    assert shop.redeem(act).accepted
    undo = replace(redemption(remotes[secret(4)], 2), annuls=act.act)
    assert shop.redeem(undo).accepted
    assert shop.redeem(redemption(remotes[secret(4)], 5)).accepted
    assert not shop.redeem(replace(undo, annuls=new_id())).accepted


def test_an_act_of_a_box_that_did_not_know_the_time_is_taken(shop: Tickets, remotes: dict[str, str]) -> None:
    act = Redemption(new_id(), remotes[secret(3)], entered=True, at=datetime(1970, 1, 1, 0, 7, tzinfo=UTC))
    assert shop.redeem(act).accepted


def test_what_was_not_paid_or_is_not_there_is_refused(shop: Tickets, remotes: dict[str, str]) -> None:
    refused = shop.redeem(redemption(remotes[secret(5)]))
    assert (refused.accepted, refused.reason) == (False, "not paid")
    nowhere = shop.redeem(redemption("999999"))
    assert (nowhere.accepted, nowhere.reason) == (False, "unknown ticket")


def test_last_nights_acts_go_to_the_list_that_their_tickets_came_from(
    shop: Tickets, tomorrow: Tickets, remotes: dict[str, str]
) -> None:
    act = redemption(remotes[secret(0)], 30, entered=False)
    assert shop.redeem(act).accepted
    again = redemption(remotes[secret(0)], 31)
    assert tomorrow.redeem(again).accepted
    refused = shop.redeem(redemption(remotes[secret(0)], 32))
    assert (refused.accepted, refused.reason) == (False, "already redeemed")
    assert tomorrow.redeem(replace(redemption(remotes[secret(0)], 33), annuls=again.act)).accepted


def test_a_position_that_was_cancelled_alone_is_on_the_list_no_more(
    shop: Tickets, house: PlayedShop | RealShop
) -> None:
    before = {ticket.secret for ticket in shop.tickets()}
    house.cancel(4)
    assert before - {ticket.secret for ticket in shop.tickets()} == {secret(4)}
