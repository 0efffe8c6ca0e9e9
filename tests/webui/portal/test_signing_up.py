from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.paths import Paths
from appliance.sealing_age import open_sealed
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Lane, messages_after
from lab.audience import SAMPLE, Evening, Phone, hidden
from lab.portal_apps import OpenPortal

EVENT = "harbour-lights"


def test_first_page_is_the_evening_with_its_form(phone: Phone) -> None:
    page = phone.get("/").text
    assert "Harbour Lights" in page
    assert "Café Meridian" in page
    assert "Step-free from the quay side" in page
    assert 'action="/join"' in page
    assert " checked" not in page


def test_without_a_show_the_page_says_that_there_is_no_evening_yet(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "No evening is on this box yet" in answer.text


def test_two_taps_without_a_word_give_a_pass(phone: Phone, rows: AudienceRows) -> None:
    answer = phone.join()
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/pass/")
    page = phone.get(answer.headers["Location"]).text
    assert "<svg" in page
    assert "Saved." in page
    assert rows.counts(EVENT).signed_up == 1
    assert rows.counts(EVENT).purposes == {}


def test_the_organiser_opens_what_was_typed_and_nobody_else(
    phone: Phone, rows: AudienceRows, organiser: tuple[str, str]
) -> None:
    phone.join(name="Ada L.", email="ada@example.org", news="yes")
    (message,) = messages_after(rows.database, Lane.PEOPLE, 0)
    body = json.loads(message.body)
    person = json.loads(open_sealed(body["sealed"], organiser[0]))
    assert person["name"] == "Ada L."
    assert person["email"] == "ada@example.org"
    assert person["purposes"] == ["news"]
    assert person["receipt"] == body["receipt"]
    assert "may write to me" in person["wording_text"]


def test_the_fact_of_a_sign_up_names_nobody(phone: Phone, rows: AudienceRows) -> None:
    phone.join(name="Ada L.", email="ada@example.org", news="yes")
    (message,) = messages_after(rows.database, Lane.FACTS, 0)
    body = json.loads(message.body)
    assert body["kind"] == "signed_up"
    assert set(body) == {"id", "kind", "event", "box", "at", "clock", "boot", "mono_ms", "purposes"}


def test_a_form_sent_twice_is_one_sign_up_with_one_pass(phone: Phone, rows: AudienceRows) -> None:
    fields = {**phone.form(), "name": "Ada"}
    first = phone.client.post("/join", data=fields).headers["Location"]
    second = phone.client.post("/join", data=fields).headers["Location"]
    assert first.replace("joined", "again") == second
    assert rows.counts(EVENT).signed_up == 1
    assert len(messages_after(rows.database, Lane.PEOPLE, 0)) == 1
    assert "Nothing was changed" in phone.get(second).text


def test_unticked_and_oddly_ticked_boxes_are_a_no(phone: Phone, rows: AudienceRows) -> None:
    phone.join(email="a@example.org", news="no", clips="on")
    assert rows.counts(EVENT).purposes == {}


def test_each_purpose_is_counted_by_itself(phone: Phone, rows: AudienceRows) -> None:
    phone.join(email="a@example.org", news="yes", clips="yes")
    phone.join(clips="yes")
    assert rows.counts(EVENT).purposes == {"news": 1, "clips": 2}


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    phone: Phone, rows: AudienceRows
) -> None:
    answer = phone.join(name="<b>Ada", email="not an address", clips="yes")
    assert answer.status_code == 422
    assert "does not look like an e-mail" in answer.text
    assert 'value="&lt;b&gt;Ada"' in answer.text
    assert 'name="clips" value="yes" checked' in answer.text
    assert rows.counts(EVENT).signed_up == 0


def test_news_without_an_address_is_asked_about(phone: Phone) -> None:
    answer = phone.join(news="yes")
    assert answer.status_code == 422
    assert "please add your e-mail" in answer.text


def test_a_form_without_its_nonce_is_refused(phone: Phone, rows: AudienceRows) -> None:
    for nonce in ("", "short", "x" * 23, "é" * 22):
        assert phone.join(nonce=nonce).status_code == 400
    assert rows.counts(EVENT).signed_up == 0


def test_a_box_without_an_organiser_takes_nobody_and_says_so(
    open_app: OpenPortal, paths: Paths, evening: Evening, clock: HeldClock
) -> None:
    client = open_app(paths, Config(), clock).test_client()
    assert evening
    assert "Sign-up is not open yet" in client.get("/").text
    assert client.post("/join", data={"nonce": "x" * 22}).status_code == 503


def test_a_full_disk_is_said_plainly(phone: Phone, rows: AudienceRows) -> None:
    phone.join()
    page_count = rows.database.query("PRAGMA page_count")[0][0]
    portal = phone.client.application.extensions["matinee-portal"]
    with portal.rows.database.transaction() as tx:
        tx.query(f"PRAGMA max_page_count = {page_count}")
    acknowledged, refused = 1, None
    for _ in range(200):
        answer = phone.join(name="x" * 100)
        if answer.status_code == 303:
            acknowledged += 1
        else:
            refused = answer
            break
    assert refused is not None
    assert refused.status_code == 503
    assert "Not saved, please try again" in refused.text
    assert rows.counts(EVENT).signed_up == acknowledged


def test_nothing_typed_lies_in_clear_anywhere_under_the_root(
    phone: Phone, paths: Paths, caplog: pytest.LogCaptureFixture
) -> None:
    canaries = [f"canary{n}@secret-{n}.example" for n in range(40)]
    for n, canary in enumerate(canaries):
        phone.client.post(
            "/join",
            data={**phone.form(), "name": f"Kanarienvogel{n}", "email": canary, "clips": "yes"},
            headers={"User-Agent": "Canarybrowser/1.0"},
            environ_base={"REMOTE_ADDR": "203.0.113.77"},
        )
    written = b"".join(path.read_bytes() for path in sorted(paths.root.rglob("*")) if path.is_file())
    spoken = written + caplog.text.encode()
    words = [*canaries, "Kanarienvogel", "canary", "Canarybrowser", "203.0.113.77"]
    for word in words:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert word.lower().encode(encoding) not in spoken.lower()
    assert Path(paths.root / "audience.db-wal").exists()


def test_a_page_opened_again_after_signing_up_begins_anew(phone: Phone) -> None:
    answer = phone.get("/join")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    "old", [{"event": "other-evening"}, {"wording": "0" * 64}, {"event": "", "wording": ""}]
)
def test_nobody_agrees_to_words_that_were_not_on_their_page(
    phone: Phone, rows: AudienceRows, old: dict[str, str]
) -> None:
    typed = {"name": "Ada L.", "email": "ada@example.org", "news": "yes", "clips": "yes"}
    form = phone.form() | typed | old
    answer = phone.client.post("/join", data=form)
    assert answer.status_code == 422
    assert "Not saved yet: this page has changed since you opened it." in answer.text
    assert " checked" not in answer.text
    assert 'value="Ada L."' in answer.text
    assert rows.counts(EVENT).signed_up == 0
    again = {name: hidden(answer.text, name) for name in ("nonce", "event", "wording")}
    assert phone.client.post("/join", data=again | {"clips": "yes"}).status_code == 303
    assert rows.counts(EVENT).purposes == {"clips": 1}


def test_a_form_from_before_another_evening_was_loaded_signs_nobody_up_for_it(
    phone: Phone, paths: Paths, clock: HeldClock, rows: AudienceRows
) -> None:
    form = phone.form() | {"news": "yes", "email": "ada@example.org"}
    other = SAMPLE.read_text().replace('id = "harbour-lights"', 'id = "low-tide"')
    assert Evening(paths, clock, other).event.id == "low-tide"
    answer = phone.client.post("/join", data=form)
    assert answer.status_code == 422
    assert 'name="event" value="low-tide"' in answer.text
    assert rows.counts(EVENT).signed_up == rows.counts("low-tide").signed_up == 0
