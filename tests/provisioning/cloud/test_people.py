from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.audience.consent import Purpose, Wordings
from appliance.audience.signup import parse, person
from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import RowsKey
from appliance.bucket.ndjson import pack
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId, ReceiptId, new_id, new_secret
from appliance.sealing_age import AgeSealer, make_key
from appliance.store.audience_rows import ReceiptRow, WordingRow
from provisioning.cloud.comments_csv import write_comments
from provisioning.cloud.contacts import contacts
from provisioning.cloud.contacts_csv import COLUMNS, safe_cell, write_csv
from provisioning.cloud.people import open_people

SECRET, RECIPIENT = make_key()
SEALER = AgeSealer([RECIPIENT])
WORDING = Wordings.shipped().newest("en", "Harbour Film Club")


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    (tmp_path / "bucket").mkdir()
    return FolderBucket(tmp_path / "bucket")


def row(plain: bytes, row_id: str = "") -> str:
    """One line as a box writes it."""
    return json.dumps(
        {"id": row_id or new_id(), "kind": "signed_up", "at": "2026-11-27T18:05:00.000Z", "receipt": "R",
         "sealed": SEALER.seal(plain)}
    )  # fmt: skip


def put(bucket: Bucket, *lines: str, box: str = "cafe", number: int = 1) -> None:
    key = RowsKey("people", BoxId(box), "harbour-lights", date(2026, 11, 27), 1, number)
    bucket.put(str(key), pack(lines), "application/gzip")


def opened(bucket: Bucket, tmp_path: Path) -> list[dict[str, str]]:
    text = io.StringIO(newline="")
    people = open_people(bucket, SECRET, tmp_path / "cache")
    write_csv(contacts(list(people), people.changes), text)
    return list(csv.DictReader(io.StringIO(text.getvalue(), newline="")))


def test_what_a_form_sealed_is_opened_with_its_consent(
    bucket: Bucket, tmp_path: Path, clock: HeldClock
) -> None:
    form = parse({"nonce": new_secret(), "name": "Ada Löwe", "email": "ada@harbour.example", "news": "yes"})
    words = WordingRow(WORDING.sha256, WORDING.version, WORDING.language, WORDING.text)
    receipt = ReceiptRow(ReceiptId("R"), AttendeeId("A"), words, clock.now(), ("news",))
    put(bucket, row(person(form, WORDING, receipt)))
    (ada,) = opened(bucket, tmp_path)
    assert list(ada) == list(COLUMNS)
    assert (ada["name"], ada["email"], ada["news"], ada["clips"]) == (
        "Ada Löwe",
        "ada@harbour.example",
        "yes",
        "no",
    )
    assert (ada["wording"], ada["wording_version"], ada["language"]) == (WORDING.sha256, "2", "en")
    assert ada["wording_text"] == WORDING.text
    assert (ada["event"], ada["box"], ada["receipt"]) == ("harbour-lights", "cafe", "R")


@pytest.mark.parametrize(
    "sealed",
    [
        {},
        {"purposes": []},
        {"purposes": ["everything"], "wording": "w"},
        {"purposes": ["NEWS", "news "], "wording": "w"},
        {"purposes": ["news", "clips"]},
        {"news": True, "wording": "w"},
    ],
)
def test_unknown_consent_is_no(bucket: Bucket, tmp_path: Path, sealed: dict[str, object]) -> None:
    put(bucket, row(json.dumps({"name": "Ada", **sealed}).encode()))
    (ada,) = opened(bucket, tmp_path)
    assert {ada[purpose] for purpose in Purpose} == {"no"}


def test_a_row_that_arrived_twice_is_one_person(bucket: Bucket, tmp_path: Path) -> None:
    twice = row(b'{"name":"Ada"}')
    put(bucket, twice, twice)
    put(bucket, twice, box="bar")
    assert len(opened(bucket, tmp_path)) == 1


def spoken(words: str, **more: str) -> str:
    """A row as the page "How was it?" writes it."""
    said = {"words": words, "score": 9, "at": "2026-11-27T21:40:00.000Z", **more}
    return json.dumps(
        {
            "id": new_id(),
            "kind": "feedback",
            "at": "",
            "receipt": "",
            "sealed": SEALER.seal(json.dumps(said).encode()),
        }
    )


def test_testimonials_are_told_apart_from_what_was_said_to_the_organiser_alone(
    bucket: Bucket, tmp_path: Path
) -> None:
    put(
        bucket, spoken("=cmd()", release="You may print it.", signed="Ada L."), spoken("The chairs are hard.")
    )
    people = open_people(bucket, SECRET, tmp_path / "cache")
    assert list(people) == [], "nobody is a contact by that"
    assert [(one.words, one.may_be_printed) for one in people.comments] == [
        ("=cmd()", True),
        ("The chairs are hard.", False),
    ]
    text = io.StringIO(newline="")
    assert write_comments(people.comments, text) == 2
    first, second = csv.DictReader(io.StringIO(text.getvalue(), newline=""))
    assert (first["words"], first["signed"], first["release"]) == ("'=cmd()", "Ada L.", "You may print it.")
    assert (second["signed"], second["release"], second["event"]) == ("", "", "harbour-lights")


def test_rows_sealed_to_somebody_else_are_counted_and_left_out(bucket: Bucket, tmp_path: Path) -> None:
    other = AgeSealer([make_key()[1]]).seal(b'{"name":"Eve"}')
    theirs = json.dumps({"id": "X", "kind": "signed_up", "at": "", "receipt": "", "sealed": other})
    put(bucket, theirs, row(b'{"name":"Ada"}'), "not a row", row(b"not json"))
    people = open_people(bucket, SECRET, tmp_path / "cache")
    assert [opened.person.name for opened in people] == ["Ada"]
    assert (people.opened, people.not_ours, people.unreadable) == (1, 1, 2)


def test_the_wrong_key_is_said(bucket: Bucket, tmp_path: Path) -> None:
    put(bucket, row(b'{"name":"Ada"}'), row(b'{"name":"Bo"}'))
    with pytest.raises(MatineeError) as refused:
        list(open_people(bucket, make_key()[0], tmp_path / "cache"))
    assert refused.value.key == "cloud.wrong_key"
    assert "2 rows" in refused.value.sentence


@pytest.mark.parametrize("sealed", ["", "%%%", "aGVsbG8=", "YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==", "ü"])
def test_what_was_never_sealed_is_no_person(bucket: Bucket, tmp_path: Path, sealed: str) -> None:
    line = json.dumps({"id": "X", "kind": "signed_up", "at": "", "receipt": "", "sealed": sealed})
    put(bucket, line, row(b'{"name":"Ada"}'))
    assert [ada["name"] for ada in opened(bucket, tmp_path)] == ["Ada"]


def test_nobody_in_the_bucket_is_an_empty_list(bucket: Bucket, tmp_path: Path) -> None:
    assert opened(bucket, tmp_path) == []


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_no_cell_begins_a_formula_and_none_is_lost(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_a_name_that_is_a_formula_stays_a_name(bucket: Bucket, tmp_path: Path) -> None:
    put(bucket, row(json.dumps({"name": '=HYPERLINK("http://x","y"),"a"', "email": "@a"}).encode()))
    (ada,) = opened(bucket, tmp_path)
    assert (ada["name"], ada["email"]) == ('\'=HYPERLINK("http://x","y"),"a"', "'@a")
