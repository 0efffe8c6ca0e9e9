"""A bundle on the pages: what is in it before it is taken, and what was used of it after."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.ids import DropId, new_secret
from appliance.model.counter import CounterWish
from appliance.paths import Paths
from lab.audience import Evening, Phone
from lab.shop import BUNDLED
from webui.portal.portal import EXTENSION, Portal


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, BUNDLED)


@pytest.fixture
def portal(client: FlaskClient, evening: Evening) -> Portal:
    assert evening
    portal: Portal = client.application.extensions[EXTENSION]
    return portal


def _words(page: str) -> str:
    return page.replace("\N{NO-BREAK SPACE}", " ")


def test_a_bundle_says_what_is_in_it_and_what_was_used(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    shop, event = portal.shop, evening.event
    shop.offers.switch(event.id, DropId("evening"), "open", new_secret(), "operator")
    page = _words(phone.get("/drops").text)
    for words in ("The talk afterwards", "The print", "For the next evening</span> · € 7.50", "3 of 4 left"):
        assert words in page, words
    capability = phone.capability()
    data = {"pass": capability, "nonce": new_secret(), "variant": "m"}
    location = phone.client.post("/drops/evening/claim", data=data).headers["Location"]
    assert parse_qs(urlsplit(location).query)["just"] == ["claimed"]
    (parcel,) = shop.view.look(event, frozenset()).pick_list
    talk, paper, _, credit = parcel.pieces
    for piece, way in ((paper, "cash"), (talk, "")):
        shop.bundles.hand_part(event, CounterWish(new_secret(), piece=piece.id, way=way, desk="1"))
    shop.bundles.spend(event, CounterWish(new_secret(), piece=credit.id, amount="7.50", desk="1"))
    page = _words(phone.get(f"/pass/{capability}").text)
    assert "The print</span> · Collected." in page
    assert "The talk afterwards</span> · Used." in page
    assert "For the next evening</span> · € 0 left" in page
    assert "T-shirt, M</span></li>" in page
    refused = phone.client.post("/drops/evening/give-back", data={"pass": capability})
    assert "collected already" in refused.text
    assert "0 of 3 left" not in _words(phone.get("/drops").text)


def test_when_a_part_is_gone_the_bundle_is_gone_and_has_no_line(
    phone: Phone, portal: Portal, evening: Evening
) -> None:
    shop, event = portal.shop, evening.event
    for drop in ("evening", "print"):
        shop.offers.switch(event.id, DropId(drop), "open", new_secret(), "operator")
    for _ in range(3):
        phone.client.post("/drops/print/claim", data={"pass": phone.capability(), "nonce": new_secret()})
    page = phone.get(f"/pass/{phone.capability()}").text
    bundle = page[page.index('id="offer-evening"') :]
    assert "are gone" in bundle
    assert "Wait for one" not in bundle
