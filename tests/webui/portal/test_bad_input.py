"""Whatever is typed: a page, a sentence, and a list that nothing in it can hurt."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.audience import signup
from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.sealing_age import open_sealed
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Lane, messages_after
from lab import corpora
from lab.audience import Evening, Phone
from provisioning.cloud.contacts import contacts
from provisioning.cloud.contacts_csv import Form, write_csv
from provisioning.cloud.people import OpenedRow, Person, SealedRow

EVENT = "harbour-lights"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Path:
    """Where what was fetched is kept from one run to the next."""
    return Path(request.config.cache.mkdir("corpora"))  # type: ignore[union-attr] # the cache is always on


def person_of(rows: AudienceRows, secret: str) -> dict[str, str]:
    body = json.loads(messages_after(rows.database, Lane.PEOPLE, 0)[-1].body)
    found: dict[str, str] = json.loads(open_sealed(body["sealed"], secret))
    return found


def test_every_naughty_string_is_a_name_or_is_refused_with_a_sentence(
    phone: Phone, rows: AudienceRows, organiser: tuple[str, str], store: Path
) -> None:
    strings = corpora.naughty_strings(store)
    assert len(strings) > 480
    form = phone.form()
    saved = 0
    for number, naughty in enumerate(strings):
        fields = {**form, "nonce": new_secret(), "name": naughty, "email": naughty if number % 7 == 0 else ""}
        answer = phone.client.post("/join", data=fields)
        assert answer.status_code in {303, 422}, naughty
        assert "<script>alert" not in answer.text
        if answer.status_code == 303:
            saved += 1
            name = person_of(rows, organiser[0])["name"]
            assert not any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in name)
    assert rows.counts(EVENT).signed_up == saved > 350


def test_naughty_names_are_cells_of_every_list_and_never_formulas(store: Path) -> None:
    strings = [naughty for naughty in corpora.naughty_strings(store) if len(naughty) <= 100]
    rows = [
        OpenedRow(
            SealedRow(f"{number:04}", "signed_up", "2026-11-27T19:00:00.000Z", f"R{number}", ""),
            EVENT,
            "box",
            Person(f"A{number}", naughty, f"p{number}@x.example", frozenset({"news"}), "w", 2, naughty, "en"),
        )
        for number, naughty in enumerate(strings)
    ]
    for form in (Form.PLAIN, Form.LISTMONK, Form.GHOST):
        text = io.StringIO(newline="")
        assert write_csv(contacts(rows, []), text, form) == len(rows)
        lines = list(csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True))
        assert {len(line) for line in lines} == {len(lines[0])}
        assert [cell for line in lines for cell in line if cell.startswith(FORMULA)] == []


def test_addresses_of_a_careful_validator_are_taken_or_refused_as_it_says(store: Path) -> None:
    found = corpora.addresses_of_email_validator(store)
    good = found["test_email_valid"] + found["test_email_valid_intl_local_part"]
    good = [address for address in good if not set(address) & set('"<>')]  # nobody types those
    assert len(good) > 30
    refused = [address for address in good if not _taken(address)]
    assert refused == []
    bad = found["test_email_invalid_syntax"]
    assert len(bad) > 50
    taken = [address for address in bad if _taken(address)]
    assert len(taken) <= len(bad) // 5, "double opt-in finds the rest"


def _taken(address: str) -> bool:
    try:
        return bool(signup.parse({"nonce": new_secret(), "email": address}).email)
    except MatineeError as refused:
        assert refused.key == "audience.bad_email"
        return False


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada\u202egnp.exe", "Ada gnp.exe"),
        ("Zo\u0065\u0301", "Zoé"),
        ("a\u200bb\ufeffc", "a b c"),
        ("  A\u00a0 \t B\r\nBcc: x ", "A B Bcc: x"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("\ud800", ""),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_its_tricks(typed: str, kept: str) -> None:
    assert signup.parse({"nonce": new_secret(), "name": typed}).name == kept


def test_a_look_alike_is_another_address_and_stays_as_it_was_typed() -> None:
    latin, cyrillic = "ada@example.org", "\u0430da@example.org"
    assert signup.parse({"nonce": new_secret(), "email": cyrillic}).email == cyrillic != latin


def test_a_clock_at_1970_signs_up_and_says_that_it_is_not_believed(
    phone: Phone, rows: AudienceRows, organiser: tuple[str, str], clock: HeldClock
) -> None:
    clock.set_wall(datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC))
    clock.trust = ClockTrust.NONE
    capability = phone.capability(email="ada@example.org", news="yes")
    assert phone.get(f"/pass/{capability}").status_code == 200
    assert phone.get(f"/pass/{capability}/receipt").status_code == 200
    person = person_of(rows, organiser[0])
    assert (person["at"], person["clock"]) == ("1970-01-01T00:00:09.000Z", "none")


def test_going_back_and_sending_something_else_changes_nothing_and_says_so(
    phone: Phone, rows: AudienceRows, organiser: tuple[str, str]
) -> None:
    form = phone.form()
    phone.client.post("/join", data={**form, "name": "Ada"})
    answer = phone.client.post("/join", data={**form, "name": "Bo", "clips": "yes"})
    assert "Nothing was changed" in phone.get(answer.headers["Location"]).text
    assert person_of(rows, organiser[0])["name"] == "Ada"
    assert rows.counts(EVENT).purposes == {}


def _posts(client: FlaskClient, count: int) -> list[int]:
    from_one = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    form = Phone(client).form()
    return [
        client.post("/join", data={**form, "nonce": new_secret()}, **from_one).status_code
        for _ in range(count)
    ]


def test_five_hundred_posts_from_one_phone_are_sixty_sign_ups(
    client: FlaskClient, evening: Evening, rows: AudienceRows
) -> None:
    assert evening
    answers = _posts(client, 500)
    assert (answers.count(303), answers.count(429)) == (60, 440)
    assert rows.counts(EVENT).signed_up == 60


@pytest.mark.soak
def test_five_thousand_posts_from_one_phone_are_sixty_sign_ups(
    client: FlaskClient, evening: Evening, rows: AudienceRows
) -> None:
    assert evening
    answers = _posts(client, 5000)
    assert (answers.count(303), answers.count(429)) == (60, 4940)
    assert rows.counts(EVENT).signed_up == 60
