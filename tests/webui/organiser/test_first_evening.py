"""The organiser's window in Debian's Chromium: from nothing to an evening that a box has fetched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore
from appliance.ids import EventId, new_id
from appliance.manifest.event_folder import laid_packing
from appliance.paths import Paths
from cache.block_file import media_path
from lab.axe import violations
from lab.browser import open_chromium
from lab.object_store_fixture import organiser_settings
from lab.organiser_window import WindowProcess
from lab.small_film import make_film
from lab.staff_room import until
from lab.sync_process import SyncProcess, write_settings
from provisioning.cloud.keys import RECOVERY
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.cloud.publish_key import ensure_publish_key

EVENT = EventId("night-b-tide-b-2026-12-04")
PHONE, DESK = 360, 1280
LEAVES = "document.addEventListener('work-ended', () => { window.leaving = true })"
"""A page whose work has ended loads itself anew at once."""
WIDTHS = (PHONE, DESK) if os.environ.get("MATINEE_ALL_WIDTHS") else (PHONE,)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def settings(object_store: ObjectStore) -> BucketTable:
    """A part of the bucket that no other test uses."""
    return organiser_settings(object_store, new_id())


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": DESK, "height": 800}, bypass_csp=True)
    context.add_init_script(LEAVES)
    page = context.new_page()
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    yield page
    context.close()


def looked_at(page: Page) -> None:
    """Axe finds nothing, and nothing is too wide: on a phone and, in the long suite, on a desk."""
    page.wait_for_function("() => !window.leaving")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], page.url
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"), page.url


def press(page: Page, name: str) -> None:
    """A button that leads to another page, or to the same anew."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def first_steps(page: Page, folder: Path, settings: BucketTable) -> None:
    """Name, keys and sheet, bucket: as a person does it who has never seen it."""
    looked_at(page)
    page.get_by_label("Your name").fill("Harbour Film Club")
    press(page, "Keep it")
    looked_at(page)
    press(page, "Make my keys")
    looked_at(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Open the recovery sheet").click()
    looked_at(page)
    secret = page.locator(".key-text").inner_text().replace("\n", "")
    assert secret in (folder / RECOVERY).read_text()
    with page.expect_navigation():
        page.get_by_role("link", name="Back").click()
    press(page, "It is printed and put away")
    page.wait_for_url("**/start/place")
    assert not (folder / RECOVERY).exists()
    looked_at(page)
    page.get_by_label("Its address").fill("http://127.0.0.1:9")
    fill_place(page, settings)
    expect(page.get_by_role("alert")).to_contain_text("can not be reached")
    page.get_by_label("Its address").fill(settings.endpoint)
    page.get_by_label("Secret key").fill("not-the-secret")
    page.get_by_role("button", name="Try it and keep it").first.click()
    expect(page.get_by_role("alert")).to_contain_text("refused")
    looked_at(page)
    fill_place(page, settings)
    page.wait_for_url("**/")


def fill_place(page: Page, settings: BucketTable) -> None:
    page.get_by_label("Name of the bucket").fill(settings.name)
    page.get_by_label("Access key").fill(settings.access_key)
    page.get_by_label("Secret key").fill(settings.secret_key)
    page.get_by_text("Seldom needed").click()
    page.get_by_label("A folder in the bucket").fill(settings.prefix)
    page.get_by_role("button", name="Try it and keep it").first.click()


@pytest.mark.timeout(300)
def test_from_nothing_to_an_evening_that_a_box_has(
    page: Page, settings: BucketTable, paths: Paths, tmp_path: Path
) -> None:
    folder = tmp_path / "organiser"
    film = make_film(tmp_path / "tide.mp4", 4)
    with WindowProcess(folder) as window:
        page.goto(window.opens)
        first_steps(page, folder, settings)
        expect(page.get_by_text("No event yet")).to_be_visible()
        looked_at(page)
        page.get_by_role("link", name="Films").click()
        page.set_input_files("#film", film)
        page.get_by_role("button", name="Bring them").click()
        expect(page.locator("#films").get_by_text("tide.mp4")).to_be_visible(timeout=30_000)
        looked_at(page)
        page.goto(f"{window.address}/events/new")
        looked_at(page)
        page.get_by_label("Title").fill('Night <b>"Tide"</b>')
        page.get_by_label("Begins").fill("2026-12-04T20:00")
        page.get_by_label("Venue").fill("Café Meridian")
        press(page, "Make it")
        page.wait_for_url(f"**/events/{EVENT}")
        expect(page.get_by_role("heading", level=1)).to_have_text('Night <b>"Tide"</b>')
        looked_at(page)
        press(page, "Publish")
        expect(page.get_by_text("Version 1 is out")).to_be_visible(timeout=60_000)
        looked_at(page)
        press(page, "Seen")
        press(page, "Publish again")
        window.kill()
        window.start()
        page.goto(window.opens)
        expect(page.get_by_text("Version 2 is out, with 1 film, 0 of them new")).to_be_visible(timeout=60_000)
    fetched_by_a_box(paths, settings, folder, film)


def fetched_by_a_box(paths: Paths, settings: BucketTable, folder: Path, film: Path) -> None:
    event = EVENT
    write_settings(paths, settings, "box-1")
    key = ensure_publish_key(OrganiserFolder(folder, paths).folder).public_key
    with paths.config_file.open("a", encoding="utf-8") as config:
        config.write(f'\n[content]\nkeys = ["{key}"]\nlook_s = 1\n')
    with SyncProcess(paths) as sync:
        sync.wait_for(lambda _: laid_packing(paths.events, event) is not None)
    packing = laid_packing(paths.events, event)
    assert packing is not None
    until(lambda: media_path(paths.media, packing.of("tide.mp4").sha256).exists())
    assert media_path(paths.media, packing.of("tide.mp4").sha256).read_bytes() == film.read_bytes()
