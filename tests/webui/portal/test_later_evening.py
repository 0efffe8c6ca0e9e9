"""A pass page that is opened at a later evening tells on no more than was paid and kept at its own."""

from __future__ import annotations

import re

import pytest

from appliance.audience.capability import stored
from appliance.audience.passes import PassStatement
from appliance.clock import HeldClock
from appliance.ids import DropId, new_secret
from appliance.model.counter import CounterWish
from appliance.paths import Paths
from lab.audience import Evening, Phone
from lab.club import CLUB
from webui.portal.portal import EXTENSION, Portal


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, CLUB)


def _stated(portal: Portal, capability: str) -> PassStatement:
    """What the code of that pass says now."""
    row = portal.rows.attendee(stored(capability))
    tonight = portal.events.tonight()
    assert row is not None
    assert tonight is not None
    return portal.desk.reader.read(portal.desk.pass_of(row, tonight.event))


@pytest.mark.parametrize("knows_the_tier", [True, False])
def test_a_monthly_tier_does_not_last_for_ever(
    phone: Phone, evening: Evening, paths: Paths, clock: HeldClock, *, knows_the_tier: bool
) -> None:
    portal: Portal = phone.client.application.extensions[EXTENSION]
    capability = phone.capability()
    subject = portal.desk.door.look(evening.event, f"/pass/{capability}").subject
    paid = CounterWish(new_secret(), item="tier:friend", subject=subject, way="cash", desk="1")
    portal.shop.tills.receive(evening.event, paid)
    later = CLUB.replace(f'id = "{evening.event.id}"', 'id = "a-week-later"', 1)
    later = (
        later.replace("monthly = true", "days = 300")
        if knows_the_tier
        else later.replace('"friend"', '"old"')
    )
    Evening(paths, clock, later)
    until = _stated(portal, capability).tier_until
    assert until is not None
    assert (until - clock.now()).days in ({299, 300} if knows_the_tier else {34, 35})
    told = re.search(r"<small[^>]*>until ([^<]+)<", phone.get(f"/pass/{capability}").text)
    assert told is not None
    assert f"{until.astimezone(evening.event.starts.tzinfo):%-d %B}" in told[1]


def test_a_place_at_the_next_evening_is_not_one_at_the_evening_after(
    phone: Phone, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    portal: Portal = phone.client.application.extensions[EXTENSION]
    capability = phone.capability()
    row = portal.rows.attendee(stored(capability))
    assert row is not None
    seat = evening.event.drop(DropId("seat"))
    portal.shop.offers.claim(evening.event.id, seat, row.id, new_secret(), is_open=True)
    assert _stated(portal, capability).places == ("next-friday",)
    later = CLUB.replace(f'id = "{evening.event.id}"', 'id = "next-friday"', 1)
    Evening(paths, clock, later.replace('place_at = "next-friday"', 'place_at = "friday-after"'))
    assert _stated(portal, capability).places == ()
