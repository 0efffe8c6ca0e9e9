"""Somebody signs up on the public page over mobile data, and is found once with their sign-up at the box."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, Route, expect

from appliance.bucket.bucket_s3 import S3Bucket
from appliance.clock import HeldClock
from appliance.dev.object_store import ObjectStore
from appliance.ids import BoxId, new_id, new_secret
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import Pusher
from lab.axe import violations
from lab.browser import open_chromium
from lab.object_store_fixture import object_store, organiser_settings
from lab.portal_process import Box, running
from lab.public_pages import EVENING, EVENT, PublicOrganiser, opened_by_age, phone
from provisioning.cloud.contacts import Contact, contacts
from provisioning.cloud.people import open_people

__all__ = ["object_store"]

SHOTS = os.environ.get("MATINEE_SHOTS", "")
"""A folder: pictures of every page for the eye, at both widths."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def bucket(object_store: ObjectStore) -> S3Bucket:
    return S3Bucket(organiser_settings(object_store, f"pages-{new_id().lower()}"))


@pytest.fixture
def club(tmp_path: Path, bucket: S3Bucket) -> PublicOrganiser:
    return PublicOrganiser.of(tmp_path / "organiser", bucket)


def look(page: Page, name: str) -> None:
    """axe finds nothing, and nothing is wider than the phone."""
    for width in (360, 1280) if SHOTS else (360,):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"), name
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


def fill_in(page: Page, email: str) -> None:
    page.locator("#name").fill("Ada Löwe")
    page.locator("#email").fill(email)
    page.locator("#coming").select_option("2")
    page.locator("[name=wants][value=poster]").check()
    page.locator("[name=news]").check()
    page.locator("#sign-up button").click()


def sign_up_at_the_box(paths: Paths, recipient: str, email: str, bucket: S3Bucket) -> None:
    """The whole way: the portal's form, its outbox, what sync pushes."""
    box = Box.prepared(paths, EVENING)
    port = f"[portal]\nport = {box.port}\n"
    paths.config_file.write_text(f'{port}[people]\nrecipients = ["{recipient}"]\n')
    with running(box):
        first = requests.get(box.url, timeout=20).text
        hidden = {
            name: first.partition(f'name="{name}" value="')[2].partition('"')[0]
            for name in ("event", "wording")
        }
        form = {**hidden, "nonce": new_secret(), "name": "Ada", "email": email, "clips": "yes"}
        requests.post(f"{box.url}/join", form, timeout=20).raise_for_status()
    clock = HeldClock()
    rows = SyncRows(Database.open_owner(paths.database(Service.SYNC), Service.SYNC), clock)
    pusher = Pusher(BoxId("box"), bucket, rows, Outboxes(paths), paths.clips, clock, gather_s=0)
    while pusher.step():
        pass


def opened(bucket: S3Bucket, club: PublicOrganiser, cache: Path) -> list[Contact]:
    people = open_people(bucket, club.secret, cache)
    return contacts(list(people), people.changes)


@pytest.mark.timeout(300)
def test_a_sign_up_over_mobile_data_is_sealed_kept_while_offline_and_found_once(
    chromium: Browser, club: PublicOrganiser, bucket: S3Bucket, tmp_path: Path, paths: Paths
) -> None:
    address = club.publish().address
    context, page = phone(chromium)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    look(page, "public-before")

    assert page.locator("#sign-up-again, #sign-up-forget").filter(visible=True).count() == 0
    page.locator("[name=news]").check()
    page.locator("#sign-up button").click()
    expect(page.locator("#email-wrong")).to_contain_text("address")

    def cut(route: Route) -> None:
        if route.request.method == "POST":
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/*", cut)
    fill_in(page, "ada@harbour.example")
    page.locator("#sign-up-state.bad").wait_for()
    look(page, "public-waiting")
    assert "Löwe" not in page.evaluate("JSON.stringify({...localStorage})"), "nothing typed lies on the phone"
    page.unroute("**/*")
    page.reload()  # closed and opened again: it is sent by itself
    page.locator("#sign-up-state.good").wait_for()
    assert page.locator("#sign-up").is_hidden()
    look(page, "public-saved")
    assert {url.split("/")[2] for url in asked} == {address.split("/")[2]}, (
        "nobody else is asked for anything"
    )

    weight = {found.key.rpartition(".")[2]: found.size_bytes for found in bucket.list(f"public/{EVENT}/")}
    assert weight["html"] < 25_000
    assert weight["js"] < 70_000

    (form,) = [found.key for found in bucket.list(f"inbox/{EVENT}/")]
    row = json.loads(bucket.get(form))
    assert form == f"inbox/{EVENT}/{row['id']}.json"
    person = json.loads(opened_by_age(b64decode(row["sealed"]), club.key_file))
    assert (person["name"], person["coming"], person["wants"]) == ("Ada Löwe", 2, ["poster"])
    assert person["purposes"] == ["news"]

    sign_up_at_the_box(paths, club.keys.recipients[0], "Ada@Harbour.example", bucket)
    (ada,) = opened(bucket, club, tmp_path / "cache")
    assert sorted(one.box for one in ada.rows) == ["box", "inbox"]
    assert {str(purpose) for purpose in ada.agreed} == {"news", "clips"}

    page.locator("#sign-up-forget button").click()
    page.get_by_text("you will be forgotten").wait_for()
    look(page, "public-forgotten")
    (left,) = opened(bucket, club, tmp_path / "cache")
    assert [one.box for one in left.rows] == ["box"], "what was signed at the box is that pass's to take back"
    assert not left.may_be_written_to
    context.close()


@pytest.mark.timeout(200)
def test_a_page_whose_form_has_ended_renews_it_and_every_page_passes_axe(
    chromium: Browser, club: PublicOrganiser
) -> None:
    address = club.publish().address
    context = chromium.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    page = context.new_page()
    for language in ("en", "ar"):
        page.goto(address.replace("index", language))
        assert violations(page) == [], language
        if SHOTS:
            look(page, f"public-{language}")
    page.goto(address)
    page.evaluate(
        "() => { const f = document.getElementById('sign-up-facts');"
        ' f.textContent = f.textContent.replace(/"policy":"[^"]{9}/, \'"policy":"eyJzzzzzz\'); }'
    )
    page.add_script_tag(path="webui/public/built/sign-up.js")  # as if this page had been open for months
    page.locator("#email").fill("cy@x.example")
    page.locator("#sign-up button").click()
    page.locator("#sign-up-state.good").wait_for()
    assert violations(page) == []
    club.pages(days=1).refresh()
    page.goto(address.replace("index", "de"))
    assert violations(page) == []
    look(page, "public-after")
    page.goto(address.replace(f"{EVENT}/index", "index"))
    assert violations(page) == []
    look(page, "public-front")
    context.close()
