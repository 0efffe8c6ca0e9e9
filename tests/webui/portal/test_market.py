"""Offers with sizes, a line, members first, and amounts that are promised; on the real portal."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from appliance.audience import checkout
from appliance.audience.pass_key import ensure_pass_key
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import DropId, new_secret
from appliance.model.counter import CounterWish
from appliance.paths import Paths
from lab.audience import Evening, Phone
from lab.shop import MANIFEST
from webui.portal.portal import EXTENSION, Portal

MEMBERS = MANIFEST.replace('id = "print"\n', 'id = "print"\nmembers_first_minutes = 5\n', 1)


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, MEMBERS)


@pytest.fixture
def portal(client: FlaskClient, evening: Evening) -> Portal:
    assert evening
    portal: Portal = client.application.extensions[EXTENSION]
    return portal


def _open(portal: Portal, evening: Evening, drop: str, state: str = "open") -> None:
    portal.shop.offers.switch(evening.event.id, DropId(drop), state, new_secret(), "operator")


def _take(phone: Phone, capability: str, drop: str, verb: str = "claim", **fields: str) -> str:
    data = {"pass": capability, "nonce": new_secret(), **fields}
    location = phone.client.post(f"/drops/{drop}/{verb}", data=data).headers["Location"]
    return parse_qs(urlsplit(location).query)["just"][0]


def test_each_size_has_its_own_stock_and_none_that_is_not_there_is_given(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    _open(portal, evening, "shirt")
    first, second = phone.capability(), phone.capability()
    assert _take(phone, first, "shirt", variant="l") == "claimed"
    assert _take(phone, second, "shirt", variant="l") == "sold_out"
    page = phone.get(f"/pass/{second}").text
    assert re.search(r'value="l" required disabled.*?0 left', page, re.DOTALL)
    assert re.search(r'value="m" required>.*?2 left', page, re.DOTALL)
    data = {"pass": second, "nonce": new_secret(), "variant": "xxl"}
    assert phone.client.post("/drops/shirt/claim", data=data).status_code == 400
    assert _take(phone, second, "shirt", variant="m") == "claimed"
    assert "T-shirt, M" in phone.get(f"/pass/{second}").text


def test_who_waits_gets_what_is_given_back_in_the_order_they_asked(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    _open(portal, evening, "shirt")
    holder, first, second = (phone.capability() for _ in range(3))
    assert _take(phone, holder, "shirt", variant="l") == "claimed"
    for _ in range(2):
        assert _take(phone, phone.capability(), "shirt", variant="m") == "claimed"
    assert "Wait for one" in phone.get(f"/pass/{first}").text
    assert _take(phone, first, "shirt", "wait", variant="l") == "waiting"
    assert _take(phone, second, "shirt", "wait", variant="l") == "waiting"
    assert "You are number 2 in line" in phone.get(f"/pass/{second}").text
    assert _take(phone, holder, "shirt", "give-back") == "given_back"
    assert "Reserved for you" in phone.get(f"/pass/{first}").text
    assert "You are number 1 in line" in phone.get(f"/pass/{second}").text
    portal.shop.offers.edit_stock(
        evening.event.id, evening.event.drop(DropId("shirt")), 3, new_secret(), "", "l"
    )
    assert "Reserved for you" in phone.get(f"/pass/{second}").text
    assert "2 of 6 left" in phone.get("/drops").text


def test_a_hand_opens_and_closes_and_the_cues_have_it_again(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    capability = phone.capability()
    assert _take(phone, capability, "shirt", variant="m") == "closed"
    _open(portal, evening, "shirt")
    assert _take(phone, capability, "shirt", variant="m") == "claimed"
    _open(portal, evening, "shirt", "closed")
    assert _take(phone, phone.capability(), "shirt", variant="m") == "closed"
    assert "Over for tonight" in phone.get("/drops").text


def test_members_go_first_for_some_minutes_and_a_clock_set_back_keeps_nobody_out(
    phone: Phone, portal: Portal, evening: Evening, clock: HeldClock
) -> None:
    member, other, third = (phone.capability() for _ in range(3))
    subject = portal.desk.door.look(evening.event, f"/pass/{member}").subject
    wish = CounterWish(new_secret(), item="tier:friend", subject=subject, way="cash", desk="1")
    portal.shop.tills.receive(evening.event, wish)
    _open(portal, evening, "print")
    assert _take(phone, other, "print") == "members_first"
    assert _take(phone, other, "print", "wait") == "members_first"  # in line one is served what is free
    assert "Members first, until" in phone.get(f"/pass/{other}").text
    assert "Friend" in phone.get(f"/pass/{member}").text
    assert _take(phone, member, "print") == "claimed"
    clock.advance(301)
    assert _take(phone, other, "print") == "claimed"
    clock.set_wall(clock.now() - timedelta(hours=1))
    assert _take(phone, third, "print") == "claimed"


def test_an_amount_is_promised_once_and_paid_outside_by_a_signed_link_that_runs_out(
    phone: Phone, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    capability = phone.capability()
    form = {"item": "donation", "other": "7,50", "nonce": new_secret()}
    for _ in range(2):
        assert phone.client.post(f"/pass/{capability}/give", data=form).status_code == 303
    page = phone.get(f"/pass/{capability}/give").text.replace("\N{NO-BREAK SPACE}", " ")
    assert page.count("€ 7.50") == 1
    assert not re.search(r'name="[^"]*(card|iban|cvc|number)[^"]*"', page)
    link = phone.get(f"/pass/{capability}/pay/donation").headers["Location"]
    assert link.startswith("https://pay.example.org/club?")
    said = parse_qs(urlsplit(link).query)
    assert (said["amount"], said["currency"]) == (["7.50"], ["EUR"])
    key = ensure_pass_key(paths).public_key()
    bill = checkout.read(said["token"][0], key, clock.now())
    assert (bill.amount_minor, bill.currency, bill.event) == (750, "EUR", evening.event.id)
    clock.advance(checkout.GOOD_FOR.total_seconds())
    with pytest.raises(MatineeError, match="run out"):
        checkout.read(said["token"][0], key, clock.now())
    head, body, signature = said["token"][0].split(".")
    with pytest.raises(MatineeError, match="was changed"):
        checkout.read(f"{head}.{body[:-2]}AA.{signature}", key, clock.now())


@pytest.mark.parametrize(
    "amount", ["-5", "0", "1e9", "5.555", "9" * 15, "five", "\N{ARABIC-INDIC DIGIT FIVE}", "NaN", ""]
)
def test_what_is_no_amount_is_said_and_nothing_is_kept(phone: Phone, amount: str) -> None:
    capability = phone.capability()
    form = {"item": "entry", "other": amount, "nonce": new_secret()}
    assert phone.client.post(f"/pass/{capability}/give", data=form).status_code == 422
    assert "Thank you" not in phone.get(f"/pass/{capability}/give").text


def test_nobody_is_asked_without_end_and_nothing_unknown_is_promised(phone: Phone) -> None:
    capability = phone.capability()

    def promise(item: str) -> int:
        form = {"item": item, "amount": "5", "nonce": new_secret()}
        return phone.client.post(f"/pass/{capability}/give", data=form).status_code

    assert promise("yacht") == 404
    assert promise("tier:friend") == 303
    assert [promise("entry") for _ in range(5)] == [303] * 4 + [429]
    page = phone.get(f"/pass/{capability}/give").text
    assert "each month" in page
    assert "Pay it with another phone" in page
    monthly = parse_qs(urlsplit(phone.get(f"/pass/{capability}/pay/tier:friend").headers["Location"]).query)
    once = parse_qs(urlsplit(phone.get(f"/pass/{capability}/pay/entry").headers["Location"]).query)
    assert (monthly["interval"], once.get("interval")) == (["month"], None)
