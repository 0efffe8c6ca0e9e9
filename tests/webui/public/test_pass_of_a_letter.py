"""A pass that a letter brings: drawn on the phone, told to no server, taken at any certified box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect

from appliance.audience.consent import Purpose
from appliance.audience.pass_reader import pass_in
from appliance.bucket.bucket_s3 import S3Bucket
from appliance.bucket.layout import public_key
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.ids import EventId, new_id
from lab.axe import violations
from lab.browser import open_chromium
from lab.object_store_fixture import object_store, organiser_settings
from lab.organiser_root import pass_box
from lab.public_pages import EVENT, PublicOrganiser
from provisioning.cloud.contacts import Contact
from provisioning.cloud.organiser_passes import OrganiserPasses
from provisioning.cloud.people import OpenedRow, Person, SealedRow
from provisioning.cloud.public_address import LETTERS_PAGE

__all__ = ["object_store"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


def contact(attendee: str, event: str = EVENT, at: str = "2026-11-20T10:00:00Z") -> Contact:
    person = Person(attendee=attendee, name="Ada", email="ada@harbour.example")
    return Contact(
        (OpenedRow(SealedRow("01X", "signed_up", at, "R", ""), event, "inbox", person),),
        frozenset({Purpose.NEWS}),
        frozenset(),
    )


def test_the_code_is_drawn_on_the_phone_and_every_box_of_the_organiser_takes_it(
    chromium: Browser, object_store: ObjectStore, tmp_path: Path
) -> None:
    bucket = S3Bucket(organiser_settings(object_store, f"passes-{new_id().lower()}"))
    club = PublicOrganiser.of(tmp_path / "organiser", bucket)
    club.publish()
    home = club.keys.folder
    signing = OrganiserPasses(home, bucket, EventId(EVENT))
    attendee = new_id()
    link = signing.link(contact(attendee))
    assert OrganiserPasses(home, bucket, EventId(EVENT)).link(contact(attendee)) == link
    assert signing.link(contact(attendee, "another-evening")) == ""
    assert signing.link(contact("")) == ""

    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=3, bypass_csp=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    expect(page.get_by_role("img")).to_be_visible()
    assert violations(page) == []
    assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    page.locator("#pass-code").screenshot(path=tmp_path / "code.png")
    statement = link.partition("#")[2]
    assert not [url for url in asked if statement in url.partition("#")[0]]
    (code,) = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))
    scanned = code.text
    assert scanned.endswith(f"/p/{statement}")

    stated = pass_box(tmp_path, home, "bar").reader().read(pass_in(scanned))
    assert (stated.attendee, stated.event, stated.box) == (attendee, EVENT, "organiser")
    with pytest.raises(MatineeError, match="organiser"):
        pass_box(tmp_path, tmp_path / "someone-else", "theirs").reader().read(statement)

    page.goto(link.partition("#")[0] + "#cut-off")
    expect(page.get_by_text("not a valid pass")).to_be_visible()
    assert page.get_by_role("img").count() == 0 or page.locator("#pass").is_hidden()
    assert violations(page) == []
    context.close()


def test_no_letter_leads_to_a_page_that_is_not_there_and_a_time_that_is_none_makes_a_pass_all_the_same(
    object_store: ObjectStore, tmp_path: Path
) -> None:
    bucket = S3Bucket(organiser_settings(object_store, f"passes-{new_id().lower()}"))
    bucket.put(public_key(EventId(EVENT), "index.html"), b"as an older Matinee published it", "text/html")
    assert OrganiserPasses(tmp_path, bucket, EventId(EVENT)).link(contact("01ABC")) == ""
    bucket.put(public_key(EventId(EVENT), LETTERS_PAGE), b"it draws", "text/html")
    signing = OrganiserPasses(tmp_path, bucket, EventId(EVENT))
    link = signing.link(contact("01ABC", at="yesterday"))
    assert pass_box(tmp_path, tmp_path, "bar").reader().read(link.partition("#")[2]).attendee == "01ABC"
