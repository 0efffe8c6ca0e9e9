from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from appliance.ids import new_secret
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Lane, messages_after
from lab.audience import Evening, Phone

EVENT = "harbour-lights"


def test_an_offer_opens_when_its_cue_has_fired_and_not_before(phone: Phone, evening: Evening) -> None:
    assert "12 of them, later tonight" in phone.get("/drops").text
    evening.fire("poster-opens")
    assert "12 of 12 left" in phone.get("/drops").text


def test_who_reserves_before_it_opens_is_told_not_now(phone: Phone, rows: AudienceRows) -> None:
    capability = phone.capability()
    answer = phone.claim(capability, new_secret())
    assert answer.headers["Location"] == f"/pass/{capability}?just=closed#offer-poster"
    assert "Not now" in phone.get(answer.headers["Location"]).text
    assert rows.taken(EVENT) == {}


def test_one_for_each_pass_and_the_stock_is_true(phone: Phone, evening: Evening, rows: AudienceRows) -> None:
    evening.fire("poster-opens")
    capability = phone.capability()
    assert "Reserve one" in phone.get(f"/pass/{capability}").text
    answer = phone.claim(capability, new_secret())
    page = phone.get(answer.headers["Location"]).text
    assert "One is reserved for you" in page
    assert "At the bar, until midnight" in page
    assert "11 of 12 left" in phone.get("/drops").text
    again = phone.claim(capability, new_secret())
    assert "just=already" in again.headers["Location"]
    assert rows.taken(EVENT) == {"poster": 1}


def test_a_tap_that_arrives_twice_is_one_reservation_said_twice(
    phone: Phone, evening: Evening, rows: AudienceRows
) -> None:
    evening.fire("poster-opens")
    capability, nonce = phone.capability(), new_secret()
    for _ in range(2):
        assert "just=claimed" in phone.claim(capability, nonce).headers["Location"]
    facts = [m.kind for m in messages_after(rows.database, Lane.FACTS, 0)]
    assert facts == ["signed_up", "drop_claimed"]


def test_nobody_reserves_without_a_pass_or_what_is_not_offered(phone: Phone, evening: Evening) -> None:
    evening.fire("poster-opens")
    assert phone.claim("AAAAAAAAAAAAAAAAAAAAAA", new_secret()).status_code == 404
    assert phone.claim(phone.capability(), new_secret(), "yacht").status_code == 404


def test_forty_at_once_for_twelve_are_exactly_twelve(
    phone: Phone, evening: Evening, rows: AudienceRows
) -> None:
    evening.fire("poster-opens")
    holders = [phone.capability() for _ in range(40)]
    app = phone.client.application

    def reserve(capability: str) -> str:
        fields = {"pass": capability, "nonce": new_secret()}
        return app.test_client().post("/drops/poster/claim", data=fields).headers["Location"]

    with ThreadPoolExecutor(40) as many:
        answers = list(many.map(reserve, holders))
    assert sum("just=claimed" in answer for answer in answers) == 12
    assert sum("just=sold_out" in answer for answer in answers) == 28
    assert rows.taken(EVENT) == {"poster": 12}
    assert "All 12 are gone" in phone.get("/drops").text


def test_programs_read_the_stock_as_json(phone: Phone, evening: Evening) -> None:
    evening.fire("poster-opens")
    answer = phone.get("/api/v1/drops")
    assert answer.mimetype == "application/json"
    (offer,) = json.loads(answer.text)["drops"]
    assert offer["left"] == offer["stock"] == 12
    assert offer["state"] == "open"
