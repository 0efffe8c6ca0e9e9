"""Debian's Chromium as a phone, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from lab.audience import SAMPLE
from lab.browser import open_chromium
from lab.portal_process import Box, running

PATHS = ("/", "/programme", "/drops", "/watch", "/privacy", "/help", "/nowhere")
TARGETS = "button, .button, nav a, footer a, input:not([type=hidden], [type=checkbox]), label:has(input)"
TOO_SMALL = """all => all.map(e => [e.textContent.trim() || e.name, e.getBoundingClientRect().height])
    .filter(([_, height]) => height > 0 && height < 47.9).map(([name, height]) => `${name} ${height}`)"""


@pytest.fixture
def box(paths: Paths) -> Iterator[Box]:
    box = Box.prepared(paths, SAMPLE.read_text())
    box.evening.fire("poster-opens")
    with running(box):
        yield box


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, box: Box) -> Iterator[Page]:
    assert box
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, has_touch=True
    )
    yield context.new_page()
    context.close()


def _join(page: Page, box: Box) -> None:
    page.goto(box.url)
    page.get_by_role("button", name="Get my pass").tap()
    page.wait_for_url("**/pass/**")


def test_a_pass_is_two_taps_away_and_an_offer_one_more(page: Page, box: Box) -> None:
    _join(page, box)
    assert page.get_by_text("This is your pass").is_visible()
    assert page.get_by_role("img", name="The QR code of your pass").is_visible()
    page.get_by_role("button", name="Reserve one").tap()
    page.wait_for_url("**just=claimed**")
    assert page.get_by_text("Reserved for you.", exact=True).is_visible()
    assert AudienceRows.reader(box.paths).taken(box.event) == {"poster": 1}
    assert page.context.cookies() == []


def test_everything_can_be_done_by_keyboard(page: Page, box: Box) -> None:
    page.goto(box.url)
    page.get_by_label("Name or nickname").focus()
    page.keyboard.type("Ada")
    for key in ("Tab", "Tab", "Tab", "Space", "Tab"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/pass/**")
    assert dict(AudienceRows.reader(box.paths).counts(box.event).purposes) == {"clips": 1}


def test_with_a_script_the_count_follows_by_itself(chromium: Browser, page: Page, box: Box) -> None:
    watcher = chromium.new_page()
    watcher.goto(f"{box.url}/drops")
    watcher.get_by_text("12 of 12 left").wait_for()
    _join(page, box)
    page.get_by_role("button", name="Reserve one").tap()
    watcher.get_by_text("11 of 12 left").wait_for()
    watcher.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_pages_fit_and_fingers_find_their_targets(page: Page, box: Box, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    loaded: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in PATHS:
        loaded.clear()
        page.goto(box.url + path)
        _assert_fits(page)
        films = ("/media/", "/posters/", "data:")  # beside its films a page is one request
        assert [url for url in loaded if not any(film in url for film in films)] == [box.url + path]
    _join(page, box)
    _assert_fits(page)
    assert [words for words in complaints if "404" not in words] == []


def _assert_fits(page: Page) -> None:
    assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"), page.url
    assert page.locator(TARGETS).evaluate_all(TOO_SMALL) == []
