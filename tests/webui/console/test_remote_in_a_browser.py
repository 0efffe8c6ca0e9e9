"""The remote in Debian's Chromium, as an operator holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from lab.simulated_player import SimulatedPlayer
from lab.staff_room import House, until
from webui.console.staff import make_link

PHONE = (360, 740)
DESK = (1280, 800)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def player(paths: Paths) -> Iterator[SimulatedPlayer]:
    player = SimulatedPlayer(paths).come()
    yield player
    player.leave()


@pytest.fixture
def opened(chromium: Browser, house: House, player: SimulatedPlayer) -> Open:
    """Sign in by a link, at some size, with or without script; faults of the page fail the test."""
    assert player

    def open_remote(size: tuple[int, int], *, script: bool = True) -> Page:
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script
        )
        page = context.new_page()
        page.on("pageerror", lambda fault: pytest.fail(str(fault)))
        page.goto(house.address + make_link(house.paths))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/remote")
        return page

    return open_remote


@pytest.fixture
def show(house: House) -> ShowClient:
    return ShowClient(house.paths)


@pytest.mark.parametrize("script", [True, False])
def test_one_thumb_runs_the_show_with_and_without_script(
    opened: Open, show: ShowClient, script: bool
) -> None:
    page = opened(PHONE, script=script)
    page.get_by_role("button", name="GO").click()
    expect(page.locator("#now")).to_contain_text("On screen · Card")
    page.get_by_role("button", name="PANIC").click()
    expect(page.locator("#keys")).to_contain_text("PANIC is on")
    assert show.status().phase is Phase.PANIC
    page.get_by_role("button", name="Resume the show").click()
    expect(page.locator("#now")).to_contain_text("On screen")
    page.get_by_role("button", name="Half").click()
    until(lambda: show.status().lights == "half")
    expect(page.locator("#key-2")).to_have_class("key small lit")


def test_what_another_operator_does_is_seen(opened: Open, show: ShowClient) -> None:
    page = opened(PHONE)
    expect(page.locator("#now")).to_contain_text("Standing by")
    show.do(Verb.GO)
    expect(page.locator("#order [aria-current]")).to_contain_text("Welcome")


def test_a_double_press_is_one_go_by_finger_and_by_keyboard(opened: Open, show: ShowClient) -> None:
    page = opened(DESK)
    page.locator("#key-go").dblclick()
    expect(page.locator("#order [aria-current]")).to_contain_text("Welcome")
    assert show.status().index == 0
    expect(page.locator("#keys.arming")).to_have_count(1)
    expect(page.locator("#keys.arming")).to_have_count(0)
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(page.locator("#order [aria-current]")).to_contain_text("The Trailer")
    assert show.status().index == 1


def test_escape_twice_is_panic_and_once_is_only_a_word(opened: Open, show: ShowClient) -> None:
    page = opened(DESK)
    page.keyboard.press("Space")
    expect(page.locator("#now")).to_contain_text("On screen")
    page.keyboard.press("Escape")
    expect(page.locator("#said")).to_contain_text("once more for PANIC")
    assert show.status().phase is Phase.RUNNING
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_contain_text("PANIC is on")
    page.keyboard.press("p")
    expect(page.locator("#now")).to_contain_text("On screen")


def box(page: Page, selector: str) -> dict[str, float]:
    """Where an element is; regions are replaced while the page opens, so it is looked for until it stands."""
    look = "const at = document.querySelector(name)?.getBoundingClientRect()"
    stands = f"name => {{ {look}; return at?.width ? at.toJSON() : null }}"
    found: dict[str, float] = page.wait_for_function(stands, arg=selector).json_value()
    return found


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_go_and_panic_are_on_screen_large_and_apart_and_nothing_sticks_out(
    opened: Open, house: House, size: tuple[int, int]
) -> None:
    page = opened(size)
    width, height = size
    go, panic = box(page, "#key-go"), box(page, "#key-panic")
    for key in (go, panic):
        assert key["y"] + key["height"] <= height
        assert key["height"] >= 88
    assert go["x"] - (panic["x"] + panic["width"]) >= 16
    for path in ("/remote", "/setup", "/help/operator", "/help/trouble"):
        page.goto(house.address + path)
        assert page.locator("html").evaluate("page => page.scrollWidth") <= width, path


def test_the_box_away_is_said_and_its_return_needs_no_hand(opened: Open, house: House) -> None:
    page = opened(PHONE)
    expect(page.locator("#now")).to_contain_text("Standing by")
    house.console.kill()
    expect(page.locator("#said")).to_contain_text("No answer from the box")
    house.restart_console()
    expect(page.locator("#said")).not_to_contain_text("No answer", timeout=20_000)
    ShowClient(house.paths).do(Verb.GO)
    expect(page.locator("#now")).to_contain_text("On screen")
