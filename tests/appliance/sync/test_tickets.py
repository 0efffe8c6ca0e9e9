"""Tickets go between shop and door: redeemed offline, told later, once; a cut anywhere loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.audience.lists import CSV, PRETIX
from appliance.audience.tickets import Ticket, sealed
from appliance.clock import HeldClock
from appliance.config_house import TicketsTable
from appliance.errors import MatineeError
from appliance.ipc.portal_client import PortalClient
from appliance.ipc.server import ControlServer
from appliance.model.door import DoorAnswer, GuestKey
from appliance.paths import Paths, Service
from appliance.sealing_age import AgeSealer, make_key
from appliance.sync.tickets import TicketExchange
from appliance.sync.tickets_pretix import PretixTickets
from lab.audience import SAMPLE, Evening
from lab.door_desk import DoorBox, door_box
from lab.ticket_shops import PlayedShop, secret
from webui.portal.door_routes import door_routes
from webui.portal.evening import ShowEvents


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, SAMPLE.read_text())


@pytest.fixture
def box(paths: Paths, clock: HeldClock, evening: Evening) -> Iterator[DoorBox]:
    assert evening
    box = door_box(paths, clock)
    routes = door_routes(box.desk, ShowEvents(paths))
    server = ControlServer(paths.socket(Service.PORTAL), routes, lambda work: work())
    box.desk.lists.set_key(GuestKey(make_key()[1], "sealed under a passphrase"))
    yield box
    server.close()
    box.close()


@pytest.fixture
def shop() -> PlayedShop:
    return PlayedShop()


@pytest.fixture
def exchange(shop: PlayedShop, box: DoorBox, paths: Paths, clock: HeldClock) -> TicketExchange:
    assert box
    return TicketExchange(shop, PortalClient(paths), clock, 300)


def run(exchange: TicketExchange) -> None:
    while exchange.step():
        pass


def test_tickets_are_redeemed_without_internet_and_told_later_with_what_was_refused(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    run(exchange)
    shop.away = True
    for number in range(3):
        assert box.enter(evening.event, secret(number)).answer is DoorAnswer.LET_IN
    assert box.enter(evening.event, secret(0)).answer is DoorAnswer.ALREADY_IN
    with pytest.raises(MatineeError, match="does not answer"):
        exchange.step()
    shop.redeemed["2"] = "another scanner, meanwhile"
    shop.away = False
    clock.advance(400)
    run(exchange)
    work = PortalClient(paths).ticket_work()
    assert work.waiting == ()
    assert [answer.reason for answer in work.refused] == ["already redeemed"]
    assert set(shop.redeemed) == {"1", "2", "3"}


def test_a_ticket_that_is_not_good_is_refused_at_the_door_with_the_reason(
    exchange: TicketExchange, box: DoorBox, evening: Evening
) -> None:
    run(exchange)
    with pytest.raises(MatineeError, match="not paid"):
        box.enter(evening.event, secret(5))
    with pytest.raises(MatineeError, match="cancelled"):
        box.enter(evening.event, secret(6))


def test_one_that_is_paid_meanwhile_is_good_after_the_next_look(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening, clock: HeldClock
) -> None:
    run(exchange)
    shop.states = ("",) * 7
    clock.advance(301)
    run(exchange)
    assert box.enter(evening.event, secret(5)).answer is DoorAnswer.LET_IN


def test_a_ticket_that_vanished_from_the_shop_is_good_no_more_once_two_looks_missed_it(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening, clock: HeldClock
) -> None:
    run(exchange)
    assert box.enter(evening.event, secret(1)).answer is DoorAnswer.LET_IN
    for number in (0, 1):
        shop.cancel(number)
    clock.advance(301)
    run(exchange)
    assert box.enter(evening.event, secret(2)).answer is DoorAnswer.LET_IN
    clock.advance(301)
    run(exchange)
    with pytest.raises(MatineeError, match="no longer on the shop's list"):
        box.enter(evening.event, secret(0))
    assert box.leave(evening.event, secret(1)).answer is DoorAnswer.WENT_OUT, "who is inside was let in"
    shop.gone.clear()
    clock.advance(301)
    run(exchange)
    assert box.enter(evening.event, secret(0)).answer is DoorAnswer.LET_IN


def test_a_page_that_was_counted_anew_while_it_was_turned_takes_no_ticket_away(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    for missed in (set(), {0}, {1}, {0}, set(range(7)), set(range(7)), {1}):
        shop.gone = set(missed)
        run(exchange)
        clock.advance(301)
        refusals = {line.refusal for line in PortalClient(paths).guests().lines}
        assert refusals == {"", "not paid", "cancelled"}, missed
    for number in (0, 1):
        assert box.enter(evening.event, secret(number)).answer is DoorAnswer.LET_IN


def test_what_was_redeemed_last_night_is_told_tomorrow_whatever_is_loaded_then(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    run(exchange)
    shop.away = True
    box.enter(evening.event, secret(0))
    tomorrow = Evening(paths, clock, SAMPLE.read_text().replace('"harbour-lights"', '"tomorrow"'))
    assert PortalClient(paths).ticket_work().event == tomorrow.event.id == "tomorrow"
    shop.away = False
    run(exchange)
    assert set(shop.redeemed) == {"1"}


@pytest.mark.parametrize("shop_first", [True, False])
def test_the_same_code_on_a_file_and_in_the_shop_is_one_line_and_the_shops_word_counts(
    exchange: TicketExchange, box: DoorBox, evening: Evening, paths: Paths, *, shop_first: bool
) -> None:
    sealer = AgeSealer([PortalClient(paths).guests().key.recipient])
    file = [sealed(Ticket("Guest", 3, secret(number)), CSV, sealer) for number in (0, 5)]
    steps = [lambda: run(exchange), lambda: PortalClient(paths).add_guests(file)]
    for step in steps if shop_first else reversed(steps):
        step()
    assert len(PortalClient(paths).guests().lines) == 7
    done = box.enter(evening.event, secret(0))
    assert (done.answer, done.person.people) == (DoorAnswer.LET_IN, 1)
    assert box.enter(evening.event, secret(0)).answer is DoorAnswer.ALREADY_IN
    with pytest.raises(MatineeError, match="not paid"):
        box.enter(evening.event, secret(5))


def test_cut_between_the_shop_and_the_row_it_is_told_again_and_counts_once(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening, paths: Paths
) -> None:
    run(exchange)
    box.enter(evening.event, secret(0))
    (waiting,) = PortalClient(paths).ticket_work().waiting
    assert shop.redeem(waiting).accepted  # and here the plug was pulled
    run(exchange)
    assert PortalClient(paths).ticket_work().refused == ()


def test_undone_before_it_was_told_it_is_never_told(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening
) -> None:
    run(exchange)
    box.undo(evening.event, box.enter(evening.event, secret(0)).act)
    run(exchange)
    assert shop.redeemed == {}


def test_undone_after_it_was_told_it_is_taken_back_there(
    exchange: TicketExchange, shop: PlayedShop, box: DoorBox, evening: Evening, paths: Paths
) -> None:
    run(exchange)
    act = box.enter(evening.event, secret(0)).act
    run(exchange)
    assert shop.redeemed == {"1": act}
    box.undo(evening.event, act)
    run(exchange)
    assert shop.redeemed == {}
    assert PortalClient(paths).ticket_work().refused == ()


def test_only_random_secrets_are_hashed_and_no_name_is_readable(shop: PlayedShop) -> None:
    sealer = AgeSealer([make_key()[1]])
    for ticket in shop.tickets():
        line = sealed(ticket, PRETIX, sealer)
        assert len(line.secret_sha256) == 64
        assert ticket.name not in repr(line)
        assert ticket.secret not in repr(line)


def test_the_token_goes_over_https_only() -> None:
    with pytest.raises(MatineeError, match="https"):
        PretixTickets(TicketsTable("pretix", "http://tickets.example.org", "o", "e", 1, "token"))
    PretixTickets(TicketsTable("pretix", "https://tickets.example.org", "o", "e", 1, "token"))
