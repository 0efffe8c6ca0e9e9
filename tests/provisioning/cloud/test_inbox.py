"""Anybody may drop something into the inbox: junk, floods and forgeries are bounded, counted, said."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from appliance.audience.capability import attendee_of
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.bucket_s3 import S3Bucket
from appliance.bucket.public_door import LARGEST_FORM_BYTES
from appliance.config import BucketTable
from appliance.ids import EventId, new_id, new_secret
from appliance.manifest import event_manifest
from appliance.sealing_age import AgeSealer, make_key
from lab.evening import MANIFEST
from provisioning.cloud.contacts import Contact, contacts
from provisioning.cloud.inbox import Inbox, said
from provisioning.cloud.people import OpenedPeople, open_people
from provisioning.cloud.public_address import page_address, with_public_page

SECRET, RECIPIENT = make_key()
EVENT = "harbour-lights"


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    (tmp_path / "bucket").mkdir()
    return FolderBucket(tmp_path / "bucket")


def row(kind: str = "signed_up", recipient: str = RECIPIENT, **person: object) -> str:
    """As the page drops it."""
    sealed = AgeSealer([recipient]).seal(json.dumps({"wording": "w", **person}).encode())
    return json.dumps(
        {"id": new_id(), "kind": kind, "at": "2026-11-27T18:00:00.000Z", "receipt": "R", "sealed": sealed}
    )


def drop(bucket: FolderBucket, content: str, name: str = "") -> None:
    bucket.put(f"inbox/{EVENT}/{name or new_id()}.json", content.encode(), "application/json")


def opened(bucket: FolderBucket, tmp_path: Path) -> tuple[list[Contact], OpenedPeople]:
    people = open_people(bucket, SECRET, tmp_path / "cache")
    return contacts(list(people), people.changes), people


def test_junk_is_counted_and_said_and_the_rest_is_read(bucket: FolderBucket, tmp_path: Path) -> None:
    drop(bucket, row(email="ada@x.example", purposes=["news"], attendee="A"))
    drop(bucket, "this is no row")
    drop(
        bucket,
        json.dumps({"id": "1", "kind": "signed_up", "at": "x", "receipt": "R", "sealed": "bm90IGFnZQ=="}),
    )
    drop(bucket, row(recipient=make_key()[1], email="mallory@x.example"))
    drop(bucket, "x" * (LARGEST_FORM_BYTES + 1))
    bucket.put("inbox/Not An Event/x", b"{}", "application/json")
    (ada,), people = opened(bucket, tmp_path)
    assert ada.email == "ada@x.example"
    assert (people.inbox.strange, people.unreadable + people.not_ours) == (2, 3)
    words = " ".join(said(people.inbox, people.unreadable, people.unproven))
    assert "2 objects in the inbox are no sign-ups" in words


def test_only_who_holds_the_nonce_has_themselves_forgotten(bucket: FolderBucket, tmp_path: Path) -> None:
    nonce = new_secret()
    mine: dict[str, Any] = {"attendee": attendee_of(nonce), "nonce": nonce}
    drop(bucket, row(email="ada@x.example", purposes=["news"], **mine))
    act: dict[str, Any] = {"act": "erased", "kept": [], "at": "2026-11-28T08:00:00.000Z"}
    for forged in ({"nonce": ""}, {"nonce": new_secret()}, {"nonce": "'; --"}):
        drop(bucket, row("erased", **act, **{**mine, **forged}))
    (ada,), people = opened(bucket, tmp_path)
    assert ada.may_be_written_to
    assert people.unproven == 3
    assert "3 wishes to be forgotten" in said(people.inbox, 0, people.unproven)[0]
    drop(bucket, row("erased", **act, **mine))
    nobody, _ = opened(bucket, tmp_path)
    assert nobody == []


def test_a_form_that_claims_somebody_elses_pass_is_a_sign_up_without_one(
    bucket: FolderBucket, tmp_path: Path
) -> None:
    drop(bucket, row(email="eve@x.example", attendee=attendee_of(new_secret()), nonce=new_secret()))
    (eve,), _ = opened(bucket, tmp_path)
    assert eve.rows[0].person.attendee == ""


@pytest.mark.parametrize(
    "forms", [300, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_one_person_thousands_of_times_is_one_contact_in_bounded_memory(
    bucket: FolderBucket, tmp_path: Path, forms: int
) -> None:
    folder = tmp_path / "bucket" / "inbox" / EVENT
    folder.mkdir(parents=True)
    for number in range(forms):
        (folder / f"{number}.json").write_text(row(email="ada@x.example", purposes=["news"], attendee="A"))
    tracemalloc.start()
    (ada,), _ = opened(bucket, tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(ada.rows) == forms
    assert peak < 20_000_000 + forms * 5_000


def test_a_flood_of_one_evening_is_read_up_to_a_bound_and_said(bucket: FolderBucket) -> None:
    for number in range(12):
        drop(bucket, f"row {number}")
    bucket.put("inbox/other/1.json", b"row", "application/json")
    inbox = Inbox(bucket, most=5)
    read = list(inbox)
    assert len(read) == 6, "the other evening is read whole"
    assert inbox.too_many == 7
    assert "7 forms of the public page were not read" in said(inbox, 0, 0)[0]


def test_what_is_published_names_its_page_so_that_cards_and_passes_lead_there() -> None:
    settings = BucketTable(
        endpoint="https://s3.example", name="club", prefix="films", access_key="a", secret_key="s"
    )
    address = page_address(S3Bucket(settings), EventId("small-evening"))
    assert address == "https://s3.example/club/films/public/small-evening/index.html"
    told = with_public_page(MANIFEST.replace("[event]", "[event] # ours", 1), address)
    assert event_manifest.check(told).public_page == address
    own = MANIFEST.replace("[event]\n", '[event]\npublic_page = "https://club.example/"\n', 1)
    assert with_public_page(own, address) == own
    assert with_public_page(MANIFEST, "http://127.0.0.1:8333/x") == MANIFEST
    assert with_public_page(MANIFEST.replace("\n", "\r\n"), address).count(address) == 1
