"""The remote in Debian's Chromium, as an operator holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as Late

from appliance.ids import ItemId
from appliance.ipc.show_client import ShowClient
from appliance.model.picture import Failure
from appliance.model.show_view import Phase, Verb
from appliance.model.viewing import Viewing
from lab.axe import violations
from lab.browser import open_chromium
from lab.simulated_player import SimulatedPlayer
from lab.staff_room import House, until
from webui.console.staff import make_link

PHONE = (360, 740)
DESK = (1280, 800)
Open = Callable[..., Page]
HEARS = """document.addEventListener("htmx:sseMessage", (event) => {
    if (event.target.id === "reading") document.documentElement.dataset.heard = "yes"; })"""
"""Each region is replaced as the page opens; of those that are used here, this is the last."""


def heard(page: Page) -> None:
    """Wait until the box has told everything once: nothing is replaced under the finger then."""
    expect(page.locator("html[data-heard]")).to_be_attached()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def player(house: House) -> Iterator[SimulatedPlayer]:
    player = SimulatedPlayer(house.paths).come()
    yield player
    player.leave()


@pytest.fixture
def opened(chromium: Browser, house: House, player: SimulatedPlayer) -> Iterator[Open]:
    """Sign in by a link, at some size, with or without script; faults of the page fail the test.

    Without script the page looks again every five seconds: what is chosen is chosen on the one that stands
    still, unless a test asks for the other (``refreshes``).
    """
    assert player
    contexts = []

    def open_remote(size: tuple[int, int], *, script: bool = True, refreshes: bool = False) -> Page:
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script
        )
        contexts.append(context)
        context.add_init_script(HEARS)
        page = context.new_page()
        page.on("pageerror", lambda fault: pytest.fail(str(fault)))
        page.goto(house.address + make_link(house.paths))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/remote")
        if script:
            heard(page)
        elif not refreshes:
            page.get_by_role("link", name="Choose in peace").click()
            page.wait_for_url("**/remote/still")
        return page

    yield open_remote
    for context in contexts:
        context.close()


@pytest.fixture
def show(house: House) -> ShowClient:
    return ShowClient(house.paths)


IN_TWO_LINES = """all => all.filter(one => !one.textContent.includes(" ")
    && one.offsetHeight > 1.5 * parseFloat(getComputedStyle(one).lineHeight))"""
"""Words that are broken within: their key has become too narrow for them."""


@pytest.mark.parametrize("script", [True, False])
def test_one_thumb_runs_the_show_with_and_without_script(
    opened: Open, show: ShowClient, script: bool
) -> None:
    page = opened(PHONE, script=script, refreshes=True)
    for key in page.locator(".transport .key span").all():
        box = key.bounding_box()
        assert box is not None
        assert box["height"] < 30, f"{key.inner_text()} stands on one line"
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


ARMS = """new MutationObserver(([one]) => {
    if (one.target.matches(".arming")) document.body.classList.add("armed");
}).observe(document.getElementById("keys"), { attributes: true })"""
"""GO takes nothing for a moment, too short to be sure to see it."""


def test_a_double_press_is_one_go_by_finger_and_by_keyboard(opened: Open, show: ShowClient) -> None:
    page = opened(DESK)
    page.evaluate(ARMS)
    page.locator("#key-go").dblclick()
    expect(page.locator("#order [aria-current]")).to_contain_text("Welcome")
    assert show.status().index == 0
    expect(page.locator("body.armed")).to_be_attached()
    expect(page.locator("#keys.arming")).to_have_count(0)
    page.keyboard.type("  ")
    expect(page.locator("#order [aria-current]")).to_contain_text("The Trailer")
    assert show.status().index == 1


def escape_twice(page: Page) -> None:
    """Within a second, which this machine may not make at the first try."""
    panic = page.locator("#keys", has_text="PANIC is on")
    for _ in range(5):
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        with suppress(Late):
            panic.wait_for(timeout=4000)
            return
    expect(panic).to_be_visible()


def test_escape_twice_is_panic_and_once_is_only_a_word(opened: Open, show: ShowClient) -> None:
    page = opened(DESK)
    page.keyboard.press("Space")
    expect(page.locator("#now")).to_contain_text("On screen")
    page.keyboard.press("Escape")
    expect(page.locator("#said")).to_contain_text("once more for PANIC")
    assert show.status().phase is Phase.RUNNING
    escape_twice(page)
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
        assert page.locator(".key span").evaluate_all(IN_TWO_LINES) == [], path


@pytest.mark.parametrize("script", [True, False])
def test_one_goes_to_another_place_in_the_film(
    opened: Open, show: ShowClient, player: SimulatedPlayer, script: bool
) -> None:
    show.enter(ItemId("short"))
    page = opened(PHONE, script=script)
    expect(page.locator("#place")).to_have_attribute("max", "12")
    page.locator("#place").fill("7")
    if script:
        expect(page.locator("#place-words")).to_have_text("0:07 of 0:12")
    page.get_by_role("button", name="Go there").click()
    page.unroute_all()
    until(lambda: player.status.position_ms == 7000)
    expect(page.locator("#now .left")).to_contain_text("0:05")
    assert show.status().phase is Phase.RUNNING


def test_the_place_is_moved_by_keys_and_only_enter_goes_there(
    opened: Open, show: ShowClient, player: SimulatedPlayer
) -> None:
    show.enter(ItemId("short"))
    page = opened(DESK)
    page.locator("#place").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#place-words")).to_have_text("0:03 of 0:12")
    assert player.status.position_ms == 0
    page.keyboard.press("Enter")
    until(lambda: player.status.position_ms == 3000)


def test_the_slider_follows_the_film(opened: Open, show: ShowClient, player: SimulatedPlayer) -> None:
    show.enter(ItemId("short"))
    page = opened(DESK)
    expect(page.locator("#now .left")).to_contain_text("0:12")
    player.status = replace(player.status, position_ms=4000)
    expect(page.locator("#place-words")).to_have_text("0:04 of 0:12")


@pytest.mark.parametrize("script", [True, False])
def test_levels_are_set_by_sliders(opened: Open, show: ShowClient, script: bool) -> None:
    page = opened(PHONE, script=script)
    for name, level in (("Volume", "40"), ("Lights", "20")):
        slider = page.get_by_label(name, exact=True)
        slider.fill(level)
        if not script:
            page.locator("form.slider", has=slider).get_by_role("button").click()
        expect(page.locator("form.slider", has=slider).locator("output")).to_have_text(f"{level} %")
    until(lambda: (show.status().turned, show.status().level) == (0.4, 0.2))


@pytest.mark.parametrize("script", [True, False])
def test_the_programme_is_changed_in_the_last_minute(opened: Open, show: ShowClient, script: bool) -> None:
    def order() -> list[str]:
        return [item.id for item in show.status().items]

    show.do(Verb.GO)
    page = opened(PHONE, script=script)
    page.get_by_text("Change the programme").click()
    page.get_by_label("Do not show").select_option("The Short")
    page.get_by_role("button", name="Leave it out").click()
    expect(page.locator("#order")).not_to_contain_text("The Short")
    if not script:
        page.get_by_text("Change the programme").click()
    page.get_by_label("Let", exact=True).select_option("The Trailer")
    page.get_by_label("trade places with").select_option("The Spare Trailer")
    page.get_by_role("button", name="Swap").click()
    expect(page.locator("#order")).to_contain_text("The Spare Trailer")
    if not script:
        page.get_by_text("Change the programme").click()
    page.get_by_label("Show", exact=True).select_option("The Short")
    page.get_by_label("before", exact=True).select_option("Good night")
    page.get_by_role("button", name="Put it in").click()
    expect(page.locator("#order")).to_contain_text("The Short")
    assert order() == ["welcome", "spare", "break", "talk", "short", "closing"]


def test_the_evening_slips_and_two_hands_move_it_once(opened: Open, show: ShowClient) -> None:
    planned = show.status()
    pages = [opened(PHONE, script=False) for _ in range(2)]
    for page in pages:  # the second one sees what stood before the first pressed
        with page.expect_navigation():
            page.get_by_role("button", name="Start 15 minutes later").click()
    expect(pages[1].locator("#slips")).to_contain_text("15 minutes later than planned")
    assert show.status().late_s == 15 * 60
    show.enter(ItemId("break"))
    page = opened(DESK)
    expect(page.locator("#now .left")).to_contain_text("0:")
    page.get_by_role("button", name="5 minutes longer").click()
    expect(page.locator("#said")).to_contain_text("Five minutes longer.")
    expect(page.locator("#now .left")).to_contain_text("5:")
    assert show.status().version == planned.version + 2


def test_subtitles_sound_and_a_relaxed_screening_are_chosen(opened: Open, show: ShowClient) -> None:
    page = opened(PHONE)
    page.get_by_text("Subtitles and sound").click()
    page.get_by_label("Sound", exact=True).select_option("Audio description")
    page.get_by_label("Relaxed screening").check()
    page.get_by_role("button", name="Set for this show").click()
    expect(page.locator("#said")).to_contain_text("Set for this show.")
    assert show.status().viewing == Viewing("", "described", relaxed=True)


TOLD = """document.body.addEventListener("htmx:sseBeforeMessage",
    (event) => { if (event.target.id === "reading") document.body.classList.add("told"); })"""


def test_a_choice_that_is_half_made_outlives_what_another_operator_sets(
    opened: Open, show: ShowClient
) -> None:
    page, other = opened(PHONE), opened(DESK)
    page.get_by_text("Subtitles and sound").click()
    page.get_by_label("Sound", exact=True).select_option("Audio description")
    page.evaluate(TOLD)
    other.get_by_text("Subtitles and sound").click()
    other.get_by_label("Relaxed screening").check()
    other.get_by_role("button", name="Set for this show").click()
    expect(page.locator("body.told")).to_be_attached()
    page.get_by_role("button", name="Set for this show").click()
    expect(page.locator("#said")).to_contain_text("Set for this show.")
    assert show.status().viewing.audio_track == "described"


def test_without_script_what_is_half_chosen_stays_and_the_moving_page_asks_for_nothing_slow(
    opened: Open, show: ShowClient
) -> None:
    show.enter(ItemId("short"))
    page, moving = opened(PHONE, script=False), opened(PHONE, script=False, refreshes=True)
    page.get_by_text("Subtitles and sound").click()
    page.get_by_label("Sound", exact=True).select_option("Audio description")
    expect(moving.locator("meta[http-equiv=refresh]")).to_have_attribute("content", "5; url=/remote")
    expect(moving.get_by_text("Subtitles and sound")).to_be_hidden()
    expect(moving.locator("#seek")).to_be_hidden()
    show.do(Verb.PAUSE)
    with moving.expect_navigation():  # it looks again by itself, once at least
        pass
    expect(moving.locator("#keys")).to_contain_text("Resume")
    expect(page.get_by_label("Sound", exact=True)).to_have_value("described")
    with page.expect_navigation():
        page.get_by_role("button", name="Set for this show").click()
    assert page.url.endswith("/remote/still")
    assert show.status().viewing.audio_track == "described"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_next_pressed_for_what_is_over_does_nothing(opened: Open, show: ShowClient) -> None:
    page = opened(DESK, script=False)
    page.get_by_role("button", name="GO").click()
    expect(page.locator("#order [aria-current]")).to_contain_text("Welcome")
    show.enter(ItemId("trailer"))  # somebody else was quicker
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#said")).to_contain_text("The show went on just before you pressed.")
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    assert show.status().index == 1


def test_panic_is_two_escapes_away_wherever_the_focus_is(opened: Open, show: ShowClient) -> None:
    show.enter(ItemId("short"))
    page = opened(DESK)
    page.get_by_text("Change the programme").click()
    page.get_by_label("Do not show").focus()
    escape_twice(page)
    assert show.status().phase is Phase.PANIC


def test_a_film_that_plays_otherwise_than_asked_and_a_player_that_restarts_are_said(
    opened: Open, show: ShowClient, player: SimulatedPlayer
) -> None:
    view = show.enter(ItemId("short"))
    page = opened(DESK)
    expect(page.locator("#place")).to_be_visible()
    remark = Failure(f"{view.show}.{view.visit}.short", "Its subtitles can not be read.")
    player.status = replace(player.status, remarks=(remark,))
    expect(page.locator("#health")).to_contain_text("The Short: Its subtitles can not be read.")
    player.leave()
    expect(page.locator("#health")).to_contain_text("The player is restarting")
    player.come()
    expect(page.locator("#health")).not_to_contain_text("The player is restarting")


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_with_everything_open_nothing_sticks_out_and_all_of_it_can_be_pressed(
    opened: Open, show: ShowClient, size: tuple[int, int]
) -> None:
    show.enter(ItemId("short"))
    page = opened(size)
    for more in page.locator("summary").all():
        more.click()
    assert page.locator("html").evaluate("page => page.scrollWidth") <= size[0]
    for control in page.locator(".board button:visible, .board select:visible, .board summary").all():
        found = control.bounding_box()
        assert found is not None
        assert found["height"] >= 44, control
    assert violations(page) == []


def test_the_box_away_is_said_and_its_return_needs_no_hand(opened: Open, house: House) -> None:
    page = opened(PHONE)
    expect(page.locator("#now")).to_contain_text("Standing by")
    house.console.kill()
    expect(page.locator("#said")).to_contain_text("No answer from the box")
    house.restart_console()
    expect(page.locator("#said")).not_to_contain_text("No answer", timeout=20_000)
    ShowClient(house.paths).do(Verb.GO)
    expect(page.locator("#now")).to_contain_text("On screen")
