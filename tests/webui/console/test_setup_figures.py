"""Figures on the box without the cloud, and how long things stay: seen, changed, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from appliance.clock import ClockTrust, HeldClock
from appliance.ids import AttendeeId, EventId, Sha256, ShowId, new_id
from appliance.model.counter import Promise
from appliance.paths import Paths, Service
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.console_rows import Role, StaffRows
from appliance.store.page_rows import Answered, PageRows
from appliance.store.payment_rows import PaymentRows
from appliance.store.show_rows import ShowRows
from lab.evening import MANIFEST, PACKING
from lab.staff_room import Person, signed_in_as
from webui.console.console import Console

EVENT = EventId("small-evening")


@pytest.fixture
def owner(app: Flask, console: Console, rows: StaffRows, clock: HeldClock) -> Person:
    return signed_in_as(app, console, rows, clock, Role.ORGANISER)


@pytest.fixture
def audience(paths: Paths, clock: HeldClock) -> Iterator[AudienceRows]:
    """Twenty people at an evening that was on."""
    show = ShowRows.owner(paths)
    with show.database.transaction() as tx:
        show.load(tx, ShowId("show"), MANIFEST, PACKING, clock.now())
    show.database.close()
    rows = AudienceRows.owner(paths)
    with rows.database.transaction() as tx:
        for number in range(20):
            at = clock.now() + timedelta(seconds=10 * number)
            rows.add_attendee(tx, AttendeeRow(AttendeeId(new_id()), EVENT, at), Sha256(f"{number:064x}"))
    PageRows(rows.database).add(
        {
            Answered(EVENT, "home.join", "android", "", 100): 20,
            Answered(EVENT, "drops.claim", "android", "portal.too_often", 50): 9,
        },
        {(EVENT, "android"): 20},
    )
    yield rows
    rows.database.close()


def test_an_evening_is_told_with_its_charts_and_without_anybody(
    operator: Person, audience: AudienceRows
) -> None:
    page = operator.browser.get("/setup/figures").text
    assert "/setup/figures/small-evening" in page
    page = unescape(operator.browser.get("/setup/figures/small-evening").text)
    assert page.count("<svg") >= 3
    assert "n = 20" in page
    assert "Sign up" in page
    assert "0.1 s" in page
    assert "very many of these came at once" in page
    assert "Android phones" in page
    for attendee in audience.attendee_ids(EVENT):
        assert attendee not in page


def test_mails_promises_and_what_was_taken_with_one_tap_are_counted(
    operator: Person, audience: AudienceRows, clock: HeldClock
) -> None:
    people = audience.attendee_ids(EVENT)
    payments = PaymentRows(audience.database)
    kinds = {"donation": 5, "tier:x": 6, "entry": 4}
    with audience.database.transaction() as tx:
        for item, most in kinds.items():
            for attendee in people[:most]:
                promise = Promise(item, 150, "EUR", monthly=False, at=clock.now())
                assert payments.promise(tx, EVENT, attendee, promise, new_id(), new_id())
    page = unescape(operator.browser.get("/setup/figures/small-evening").text)
    assert "want to hear of the next evenings" in page
    table = page.partition("What people promised on their phones")[2].partition("</table>")[0]
    assert "Donations" in table
    assert "7.50" in table
    assert "tier:x" in table, "a tier that this evening has no more is named all the same"
    assert "€\xa09<" in table
    assert "Entry" not in table, "four people are too few to be told of"


def test_before_the_first_evening_the_page_says_what_will_stand_there(operator: Person) -> None:
    assert "No evening was on this box yet" in operator.browser.get("/setup/figures").text
    assert operator.browser.get("/setup/figures/nothing").status_code == 404


def test_how_long_things_stay_is_changed_by_the_organiser_and_taken_back(
    owner: Person, operator: Person, console: Console, clock: HeldClock
) -> None:
    assert operator.post("/setup/figures/keeping", people="1", clips="1").status_code == 403
    assert owner.post("/setup/figures/keeping", people="3", clips="30").status_code == 303
    page = unescape(owner.browser.get("/setup/figures").text)
    assert "It counts a day later" in page
    assert "sign-ups 3 days, clips 30 days" in page
    assert owner.post("/setup/figures/keeping/undo").status_code == 303
    assert [one.keeping.people_days for one in console.keeping.said()] == [7, 3]
    assert "It counts a day later" not in owner.browser.get("/setup/figures").text
    clock.trust = ClockTrust.NONE
    assert "until this box knows the time" in owner.browser.get("/setup/figures").text


@pytest.mark.parametrize("said", ["", "soon", "-1", "99999", "٣", "3.5"])
def test_days_that_can_not_be_meant_are_refused_with_a_sentence(
    owner: Person, said: str, console: Console
) -> None:
    answer = owner.post("/setup/figures/keeping", people=said, clips="30")
    assert answer.status_code == 400
    assert "Say a number of days" in unescape(answer.text)
    assert console.keeping.said() == []


def test_without_the_portal_the_page_stands_all_the_same(operator: Person, paths: Paths) -> None:
    assert not paths.database(Service.PORTAL).exists()
    assert operator.browser.get("/setup/figures").status_code == 200
