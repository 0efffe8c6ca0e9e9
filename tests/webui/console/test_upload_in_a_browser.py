"""The setup page in Debian's Chromium: a film is sent while the console is killed; and one without script."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from lab.browser import open_chromium
from lab.small_film import make_film
from lab.staff_room import House, Process, staffed_house, until
from lab.sync_process import SyncProcess
from webui.console.staff import make_link


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def house(paths: Paths) -> Iterator[House]:
    with staffed_house(paths) as house:
        yield house


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Larger than what is sent in one piece."""
    film = make_film(tmp_path / "tide.mp4", 8)
    assert film.stat().st_size > 9 << 20
    return film


def setup_page(context: BrowserContext, house: House) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    page.goto(house.address + make_link(house.paths))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/remote")
    page.goto(house.address + "/setup")
    return page


def test_a_film_arrives_whole_though_the_console_is_killed_under_way(
    chromium: Browser, house: House, film: Path
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = setup_page(context, house)
    page.set_input_files("#film", film)
    house.console.child.send_signal(signal.SIGSTOP)  # it takes nothing in; then it is gone
    page.get_by_role("button", name="Send it").click()
    house.console.kill()
    expect(page.locator("#upload-words")).to_contain_text("goes on by itself")
    house.console = Process(house.paths, Service.CONSOLE)
    until(lambda: is_up(house.paths, house.config, Service.CONSOLE))
    with SyncProcess(house.paths):
        expect(page.locator("#upload-words")).to_contain_text("It is here", timeout=40_000)
        expect(page.locator("#arrivals .chip", has_text="ready")).to_be_visible(timeout=40_000)
    (stored,) = house.paths.media.glob("??/*[!s]")
    assert stored.read_bytes() == film.read_bytes()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_without_script_the_same_form_will_do(chromium: Browser, house: House, film: Path) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    page = setup_page(context, house)
    page.set_input_files("#film", film)
    with SyncProcess(house.paths):
        page.get_by_role("button", name="Send it").click()
        page.wait_for_url("**/setup#films")

        def ready() -> bool:
            page.reload()
            return page.locator("#arrivals .chip", has_text="ready").is_visible()

        until(ready)
    context.close()
