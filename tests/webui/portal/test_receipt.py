from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from appliance.audience.capability import stored
from appliance.clock import HeldClock
from appliance.config import Config, PeopleTable, WebTable
from appliance.paths import Paths, Service
from appliance.sealing_age import open_sealed
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Lane, messages_after
from lab.audience import ADDRESS, SAMPLE, Evening, Phone
from lab.portal_apps import OpenPortal

EVENT = "harbour-lights"
BOTH = {"email": "ada@example.org", "news": "yes", "clips": "yes"}


def opened(rows: AudienceRows, secret: str) -> list[dict[str, object]]:
    """What reached the organiser, oldest first, with its kind."""
    bodies = [json.loads(message.body) for message in messages_after(rows.database, Lane.PEOPLE, 0)]
    return [{"kind": body["kind"], **json.loads(open_sealed(body["sealed"], secret))} for body in bodies]


def statements_of(phone: Phone, capability: str) -> tuple[str, str]:
    """The pass of that page, and the invitation that its holder may hand on."""
    portal = phone.client.application.extensions["matinee-portal"]
    attendee = portal.rows.attendee(stored(capability))
    return portal.desk.pass_of(attendee), portal.desk.invitation_of(attendee)


def test_the_receipt_shows_the_words_that_were_agreed_to(phone: Phone) -> None:
    capability = phone.capability(clips="yes")
    assert f'href="/pass/{capability}/receipt"' in phone.get(f"/pass/{capability}").text
    page = phone.get(f"/pass/{capability}/receipt").text
    assert 'name="clips" value="yes" checked' in page
    assert re.search(r"<b>No:</b> <span[^>]*>Harbour Film Club may write", page)
    assert "version 2, en" in page
    assert "you are 16 or older, or that a parent agrees" in page
    assert re.search(r"<small>[0-9a-f]{64}</small>", page)


def test_a_yes_is_taken_back_and_the_organiser_hears_of_it_sealed(
    phone: Phone, rows: AudienceRows, organiser: tuple[str, str]
) -> None:
    capability = phone.capability(**BOTH)
    answer = phone.client.post(f"/pass/{capability}/receipt", data={"clips": "yes"})
    assert answer.status_code == 303
    page = phone.get(answer.headers["Location"]).text
    assert "is a no from now on" in page
    assert 'name="clips" value="yes" checked' in page
    assert 'name="news"' not in page
    assert rows.counts(EVENT).purposes == {"clips": 1}
    signed_up, withdrew = opened(rows, organiser[0])
    assert (withdrew["kind"], withdrew["act"], withdrew["kept"]) == ("withdrew", "withdrew", ["clips"])
    assert withdrew["attendee"] == signed_up["attendee"]
    assert all("attendee" not in json.loads(m.body) for m in messages_after(rows.database, Lane.PEOPLE, 0))


def test_nobody_can_agree_to_more_on_the_receipt(phone: Phone, rows: AudienceRows) -> None:
    capability = phone.capability(clips="yes")
    phone.client.post(f"/pass/{capability}/receipt", data={"news": "yes", "clips": "yes"})
    assert rows.counts(EVENT).purposes == {"clips": 1}
    phone.client.post(f"/pass/{capability}/receipt", data={"news": "yes"})
    assert rows.counts(EVENT).purposes == {}


def test_who_asks_to_be_forgotten_is_and_keeps_the_pass(
    phone: Phone, rows: AudienceRows, organiser: tuple[str, str]
) -> None:
    capability = phone.capability(**BOTH)
    answer = phone.client.post(f"/pass/{capability}/receipt", data={"act": "erased", "news": "yes"})
    assert "You will be forgotten" in phone.get(answer.headers["Location"]).text
    assert rows.counts(EVENT).purposes == {}
    assert [row["kind"] for row in opened(rows, organiser[0])] == ["signed_up", "erased"]
    assert phone.get(f"/pass/{capability}").status_code == 200


def test_sent_twice_it_is_still_so(phone: Phone, rows: AudienceRows) -> None:
    capability = phone.capability(**BOTH)
    for _ in range(2):
        assert phone.client.post(f"/pass/{capability}/receipt").status_code == 303
    assert rows.counts(EVENT).purposes == {}


def test_two_changes_at_once_never_bring_back_a_yes(phone: Phone, rows: AudienceRows) -> None:
    capability = phone.capability(**BOTH)
    pages = [phone.get(f"/pass/{capability}/receipt").text for _ in range(2)]
    assert all('name="news" value="yes" checked' in page for page in pages)
    phone.client.post(f"/pass/{capability}/receipt", data={"clips": "yes"})
    phone.client.post(f"/pass/{capability}/receipt", data={"news": "yes"})
    assert rows.counts(EVENT).purposes == {}


def test_by_the_pass_it_goes_without_the_page_and_shows_nothing_of_them(
    phone: Phone, rows: AudienceRows, organiser: tuple[str, str]
) -> None:
    statement, invitation = statements_of(phone, phone.capability(**BOTH))
    assert phone.client.post(f"/p/{invitation}/receipt", data={"act": "erased"}).status_code == 404
    page = phone.get(f"/p/{statement}/receipt").text
    assert "Take everything back" in page
    assert "may write to me" not in page
    answer = phone.client.post(f"/p/{statement}/receipt")
    assert "is a no from now on" in phone.get(answer.headers["Location"]).text
    assert rows.counts(EVENT).purposes == {}
    assert opened(rows, organiser[0])[1]["kept"] == []


def test_what_is_no_pass_changes_nothing(phone: Phone, rows: AudienceRows) -> None:
    phone.capability(**BOTH)
    for path in ("/p/x.y.z/receipt", "/pass/AAAAAAAAAAAAAAAAAAAAAA/receipt"):
        assert phone.client.post(path, data={"act": "erased"}).status_code in {400, 404}
    assert len(messages_after(rows.database, Lane.PEOPLE, 0)) == 1


@pytest.mark.parametrize(("country", "age"), [("AT", 14), ("DE", 16), ("SE", 13), ("XX", 16), ("", 16)])
def test_the_age_of_the_country_stands_in_the_words_that_are_agreed_to(
    open_app: OpenPortal, paths: Paths, clock: HeldClock, organiser: tuple[str, str], country: str, age: int
) -> None:
    evening = Evening(paths, clock, SAMPLE.read_text())
    config = Config(portal=WebTable(url=ADDRESS), people=PeopleTable(recipients=(organiser[1],)))
    app = open_app(paths, config, clock)
    portal = app.extensions["matinee-portal"]
    venue = replace(evening.event.venue, region=country)
    with app.test_request_context():
        wording = portal.wording(replace(evening.event, venue=venue))
    assert f"you are {age} or older" in wording.age
    assert wording.age in wording.text


def words_on(page: str) -> str:
    match = re.search(r'translate="no">([a-z-]+)<', page)
    assert match
    return match[1]


def test_the_code_stands_with_the_form_and_opens_the_pass_when_the_window_was_closed(phone: Phone) -> None:
    page = phone.get("/").text
    fields = dict(re.findall(r'name="(nonce|event|wording)" value="([^"]+)"', page))
    own = phone.client.post("/join", data=fields).headers["Location"].partition("?")[0]
    code = words_on(page)
    assert words_on(phone.get(own).text) == code
    for typed in (code, code.upper().replace("-", " "), f"  {code.replace('-', '  ')} "):
        answer = phone.client.post("/again", data={"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, own)


def test_a_code_that_was_never_sent_is_told_so_with_the_form(phone: Phone) -> None:
    answer = phone.client.post("/again", data={"code": words_on(phone.get("/").text)})
    assert answer.status_code == 422
    assert "Nothing is saved under this code" in answer.text
    assert 'action="/join"' in answer.text


def test_four_words_open_tonights_page_and_no_page_of_another_evening(phone: Phone, paths: Paths) -> None:
    page = phone.get("/").text
    fields = dict(re.findall(r'name="(nonce|event|wording)" value="([^"]+)"', page))
    phone.client.post("/join", data=fields)
    assert phone.client.post("/again", data={"code": words_on(page)}).status_code == 303
    with sqlite3.connect(paths.database(Service.PORTAL)) as portal:
        portal.execute("PRAGMA foreign_keys = OFF")
        portal.execute("UPDATE attendee SET event = 'another-evening'")
    assert phone.client.post("/again", data={"code": words_on(page)}).status_code == 422


@pytest.mark.parametrize("typed", ["", "amber", "amber amber amber wrong", "<b>", "a-b-c-d-e", "x" * 7000])
def test_what_is_no_code_is_told_so(phone: Phone, typed: str) -> None:
    answer = phone.client.post("/again", data={"code": typed})
    assert answer.status_code == 422
    assert "A code is four words" in answer.text


def test_codes_can_not_be_guessed_without_end(client: FlaskClient, evening: Evening) -> None:
    assert evening
    asks = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    answers = [client.post("/again", data={"code": "amber " * 4}, **asks).status_code for _ in range(30)]
    assert answers.count(429) == 20
