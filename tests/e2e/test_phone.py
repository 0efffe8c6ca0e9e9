"""A phone's browser, 360 by 740, with JavaScript off: Debian's Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from e2e.box import Box
from lab.browser import open_chromium

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def phone(open_box: Callable[..., Box]) -> Iterator[tuple[Page, Box]]:
    box = open_box()
    with open_chromium() as browser:
        context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        yield context.new_page(), box


def test_signs_up_and_holds_a_pass(phone: tuple[Page, Box], tmp_path: Path) -> None:
    page, box = phone
    page.goto(f"{box.portal}/")
    fits(page)
    page.get_by_label("Name", exact=False).first.fill("Zoë Tester")
    page.get_by_role("button", name="Get my pass").click()
    page.wait_for_url("**/pass/**")
    assert page.get_by_text("Saved.").is_visible()
    assert page.get_by_role("img").first.is_visible()
    fits(page)
    page.screenshot(path=tmp_path / "pass.png", full_page=True)
    page.goto(page.url.partition("?")[0])
    assert "A Short Night" in page.inner_text("h1")


def fits(page: Page) -> None:
    """Nothing has to be pushed sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
