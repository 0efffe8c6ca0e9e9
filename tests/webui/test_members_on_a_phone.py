"""The call, gated films and thanks in a browser: axe finds nothing; an open page is called with the hall."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from appliance.audience.passes import PassKind, PassStatement
from appliance.ids import AttendeeId, BoxId, EventId
from appliance.paths import Paths
from lab.axe import violations
from lab.browser import open_chromium
from lab.club import CLUB
from lab.organiser_root import PassBox
from lab.portal_process import Box, running

SHOTS = os.environ.get("MATINEE_SHOTS", "")
"""A folder: pictures of every page for the eye, at both widths."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box.prepared(Paths(tmp_path / "box").ensure(), CLUB)
    with running(box):
        yield box


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    yield context.new_page()
    context.close()


def look(page: Page, name: str) -> None:
    """Nothing is wrong with it at 320 pixels, and nothing is wider."""
    for width in (320, 360, 1280) if SHOTS else (320,):
        page.set_viewport_size({"width": width, "height": 740})
        assert violations(page) == [], name
        assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"), name
        if SHOTS and width != 320:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_open_pass_page_is_called_and_every_page_of_members_has_no_fault(
    page: Page, box: Box, language: str
) -> None:
    page.goto(f"{box.url}/?lang={language}")
    page.locator("#name").fill("Ada")
    page.locator("form[action*='/join'] button").click()
    page.wait_for_url("**/pass/**")
    own = page.url.partition("?")[0]
    assert page.locator("#asked").is_hidden()
    box.evening.fire("ask")
    page.locator("#call-words").wait_for(timeout=20_000)  # no reload: the page asked, the box counted
    assert "Stay with us" in page.locator("#asked").inner_text()
    look(page, f"call-{language}")
    page.goto(f"{own}/watch?lang={language}")
    assert page.locator("html").get_attribute("dir") == {"en": "ltr", "ar": "rtl"}[language]
    assert page.locator("video[src*=teaser]").count() == 1
    assert page.locator("video[src*=talk]").count() == 0
    look(page, f"watch-{language}")
    page.goto(f"{box.url}/p/{_thanks(box)}?lang={language}")
    page.locator("#code").wait_for()
    look(page, f"thanks-{language}")
    page.goto(f"{own}?lang={language}")
    with page.expect_navigation():  # the page before has the same address
        page.locator("form[action*='/not-now'] button").click()
    assert page.locator("#asked").is_hidden()


def _thanks(box: Box) -> str:
    """A thank-you of this box, for nobody who is here."""
    passes = PassBox(box.paths, BoxId("box")).passes()
    friend, host = AttendeeId("mark1234"), AttendeeId("01JHOST")
    return passes.sign(
        PassStatement(
            BoxId("box"), EventId(box.event), friend, datetime.now(UTC), PassKind.THANKS, invited_by=host
        )
    )  # fmt: skip
