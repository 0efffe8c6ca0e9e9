"""The Wi-Fi is full: a QR code opens the same form over mobile data, and both meet without doubles."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from appliance.audience.consent import Purpose
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import RowsKey
from appliance.bucket.ndjson import pack
from appliance.errors import MatineeError
from appliance.ids import BoxId, new_id
from appliance.manifest import event_manifest
from appliance.sealing_age import AgeSealer, make_key
from lab.audience import SAMPLE
from provisioning.cloud.contacts import contacts
from provisioning.cloud.people import open_people

SECRET, RECIPIENT = make_key()
EVENT = "harbour-lights"
PAGE = "https://club.example/harbour-lights/"


def row(email: str, *yes: str, at: str, name: str = "", row_id: str = "") -> str:
    """A sealed person, as box and public page write it alike (CONTRACT.md)."""
    person = {"email": email, "name": name, "purposes": yes, "wording": "w", "attendee": new_id()}
    body = AgeSealer([RECIPIENT]).seal(json.dumps(person).encode())
    return json.dumps(
        {"id": row_id or new_id(), "kind": "signed_up", "at": at, "receipt": "R", "sealed": body}
    )


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    (tmp_path / "bucket").mkdir()
    return FolderBucket(tmp_path / "bucket")


def on_the_box(bucket: FolderBucket, *rows: str) -> None:
    key = RowsKey("people", BoxId("cafe"), EVENT, date(2026, 11, 27), 1, 1)
    bucket.put(str(key), pack(list(rows)), "application/gzip")


def over_mobile_data(bucket: FolderBucket, number: int, form: str) -> None:
    bucket.put(f"inbox/{EVENT}/{number}.json", form.encode(), "application/json")


def test_whoever_sent_both_forms_is_one_person_and_their_newest_word_counts(
    bucket: FolderBucket, tmp_path: Path
) -> None:
    on_the_box(
        bucket,
        row("ada@x.example", "news", at="2026-11-27T19:00:00.000Z", name="Ada"),
        row("bo@x.example", at="2026-11-27T19:01:00.000Z"),
        row("", at="2026-11-27T19:02:00.000Z"),
    )
    over_mobile_data(bucket, 1, row("ADA@x.example", at="2026-11-27T18:00:00.000Z"))
    over_mobile_data(bucket, 2, row("Bo@X.example", "news", at="2026-11-27T19:30:00.000Z"))
    over_mobile_data(bucket, 3, row("cy@x.example", "news", at="2026-11-27T19:30:00.000Z"))
    people = open_people(bucket, SECRET, tmp_path / "cache")
    found = [contact for contact in contacts(people, people.changes) if contact.email]
    assert sorted(contact.email.lower() for contact in found) == [
        "ada@x.example",
        "bo@x.example",
        "cy@x.example",
    ]
    agreed = {contact.email.lower(): contact.agreed for contact in found}
    assert all(purposes == {Purpose.NEWS} for purposes in agreed.values())


def test_one_form_that_came_by_both_ways_counts_once(bucket: FolderBucket, tmp_path: Path) -> None:
    """A form that was sent again, because nobody knew whether it had come, keeps its id."""
    same = row("", at="2026-11-27T19:00:00.000Z", row_id=new_id())
    on_the_box(bucket, same, row("", at="2026-11-27T19:00:00.000Z"))
    over_mobile_data(bucket, 1, same)
    over_mobile_data(bucket, 2, same)
    people = open_people(bucket, SECRET, tmp_path / "cache")
    assert len(list(people)) == 2


def test_a_card_may_lead_there_and_only_where_there_is_a_page() -> None:
    sample = SAMPLE.read_text()
    first = sample.index("qr = true")
    card = f'{sample[:first]}qr = "public"{sample[first + len("qr = true") :]}'
    with pytest.raises(MatineeError, match="no public page"):
        event_manifest.check(card)
    event = event_manifest.check(card.replace("[event]", f'[event]\npublic_page = "{PAGE}"', 1))
    assert event.public_page == PAGE
    assert [item.qr_public for item in event.programme.items].count(True) == 1
    for wrong in ("http://club.example", "club.example", "https://a b"):
        with pytest.raises(MatineeError):
            event_manifest.check(sample.replace("[event]", f'[event]\npublic_page = "{wrong}"', 1))
