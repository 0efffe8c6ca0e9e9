"""A newcomer's walk in Chromium: from a template to a rehearsed evening; pages and presses counted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.ids import EventId
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase
from appliance.paths import Paths
from cache.boards import this_board
from lab.axe import violations
from lab.browser import open_chromium
from lab.small_film import make_film
from lab.staff_room import House, staffed_house, until
from lab.sync_process import SyncProcess
from provisioning import templating
from provisioning.fitting import Fitting
from provisioning.media_door import sync_door
from provisioning.rehearsal_film import EVENT, FILM
from provisioning.rehearsal_show import FilmState, WallTest
from webui.console.staff import make_link

MOST_PAGES, MOST_PRESSES = 12, 40
FORMATS = [one.id for one in templating.templates()]
SHOTS = os.environ.get("MATINEE_SHOTS", "")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A box with sync, and one film on its card."""
    folder = tmp_path_factory.mktemp("newcomer")
    paths = Paths(folder / "box").ensure()
    with staffed_house(paths) as house, SyncProcess(paths):
        sync_door(paths).bring(make_film(folder / "tide.mp4", 2), "tide.mp4", None)
        yield house


class Walk:
    """Somebody who has never seen it; every field, choice and button is a press, every page counts."""

    def __init__(self, page: Page, house: House) -> None:
        self.page, self.address = page, house.address
        self.pages = self.presses = 0
        page.on("pageerror", lambda fault: pytest.fail(str(fault)))
        page.on("framenavigated", self._count)

    def _count(self, _frame: object) -> None:
        self.pages += 1

    def write(self, label: str, words: str) -> None:
        self.presses += 1
        self.page.get_by_label(label).first.fill(words)

    def choose(self, label: str, choice: str) -> None:
        self.presses += 1
        self.page.get_by_label(label).first.select_option(choice)

    def press(self, name: str) -> None:
        self.presses += 1
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()

    def go(self, name: str) -> None:
        """Press what leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            self.press(name)

    def look(self, name: str) -> None:
        """A picture for who wants one; always: nothing wider than the window."""
        for width in (1280, 360) if SHOTS else (360,):
            self.page.set_viewport_size({"width": width, "height": 760})
            if SHOTS:
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture
def walk(chromium: Browser, house: House) -> Iterator[Walk]:
    context = chromium.new_context(viewport={"width": 360, "height": 760}, bypass_csp=True)
    page = context.new_page()
    page.goto(house.address + make_link(house.paths))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/remote")
    page.goto(house.address + "/setup")
    yield Walk(page, house)
    context.close()


def written(walk: Walk, template: str) -> None:
    """From Setup to an evening that can be taken."""
    title = next(one.title for one in templating.templates() if one.id == template)
    walk.go("Evenings")
    walk.look("begin")
    walk.write("What is it called?", f"My {title}")
    walk.write("When does it begin?", "2026-11-27T20:00")
    walk.presses += 1
    walk.page.locator(f"input[value={template}]").check()
    walk.go("Begin")
    expect(walk.page.get_by_role("heading", name="Still open")).to_be_visible()
    walk.look("open")
    for field in walk.page.locator("[name^=hole-]").all():
        walk.presses += 1
        name = field.get_attribute("name") or ""
        field.fill("salt" if name == "hole-series" else f"The {name.removeprefix('hole-')}")
    walk.go("Fill in")
    for choice in walk.page.locator("[name^=film-]").all():
        walk.presses += 1
        choice.select_option("tide.mp4")
    walk.go("Use these films")
    walk.look("written")
    assert violations(walk.page) == []


def taken(walk: Walk) -> None:
    walk.go("Take this evening")
    expect(walk.page.get_by_text("the show stands by with it")).to_be_visible(timeout=60_000)
    walk.look("taken")


def rehearsed(walk: Walk) -> None:
    """This box has neither player nor front door: the rehearsal names both, and everything else is well."""
    walk.go("Rehearse it")
    walk.go("Begin")
    expect(walk.page.get_by_role("heading", name="to look at and to listen to")).to_be_visible()
    walk.look("asked")
    while walk.page.get_by_role("button", name="Yes").count():
        walk.go("Yes")
    expect(walk.page.get_by_text("to see to before the doors open")).to_be_visible()
    chips = walk.page.locator("li", has=walk.page.locator(".chip.bad")).locator("b").all_inner_texts()
    assert set(chips) <= {"The projector", "Pages as phones see them", "Camera and microphone"}
    assert "The player does not answer" in walk.page.locator("main").inner_text()
    walk.look("rehearsed")
    assert violations(walk.page) == []


def test_a_newcomer_writes_takes_and_rehearses_an_evening(walk: Walk) -> None:
    written(walk, "listening-room")
    taken(walk)
    rehearsed(walk)
    assert walk.pages <= MOST_PAGES
    assert walk.presses <= MOST_PRESSES


def test_the_evening_comes_back_while_the_test_film_runs_whatever_started_again(house: House) -> None:
    """Of the test film itself see the long form: here a short one lies where it is made."""
    show = ShowClient(house.paths)
    show.load(EventId("small-evening"))
    film = house.paths.derived / "rehearsal" / FILM
    film.parent.mkdir(parents=True, exist_ok=True)
    make_film(film, 2)
    staff, csrf = house.sign_in()
    page = house.address + "/setup/rehearsal"
    try:
        staff.post(page + "/film", data={"csrf": csrf}, timeout=20)
        until(lambda: show.status().phase is Phase.RUNNING, 60)
        until(lambda: "Back to the evening" in staff.get(page, timeout=20).text)
        after_restart = WallTest(house.paths, sync_door(house.paths), Fitting(this_board(), trial=True), show)
        assert after_restart.state().event == "small-evening"
        said = staff.post(page + "/back", data={"csrf": csrf}, timeout=20)
        assert said.ok, said.text
        assert (show.status().event, show.status().phase) == ("small-evening", Phase.STANDBY)
        assert "Back to the evening" not in said.text
        assert after_restart.state() == FilmState()
    finally:
        film.unlink()


@pytest.mark.soak
def test_the_test_film_is_shown_and_the_evening_comes_back(walk: Walk, house: House) -> None:
    show = ShowClient(house.paths)
    show.load(EventId("small-evening"))
    walk.page.goto(walk.address + "/setup/rehearsal")
    walk.press("Show it")
    until(lambda: show.status().phase is Phase.RUNNING, 90)
    assert show.status().event == EVENT
    walk.page.goto(walk.address + "/setup/rehearsal")
    walk.press("Back to the evening")
    until(lambda: show.status().event == "small-evening")


def test_a_part_is_moved_by_pointer_and_by_keys(walk: Walk) -> None:
    walk.go("Evenings")
    walk.page.locator("input[value=ritual]").check()
    walk.go("Begin")
    names = walk.page.locator(".arrange li > span > a")
    before = names.all_inner_texts()
    handle, goal = walk.page.locator(".handle").nth(0), walk.page.locator(".arrange li").nth(2)
    handle.hover()
    walk.page.mouse.down()
    goal.hover()
    with walk.page.expect_navigation():
        walk.page.mouse.up()
    assert names.all_inner_texts() == [before[1], before[2], before[0], *before[3:]]
    later = walk.page.get_by_role("button", name=f"{before[0]}: earlier")
    later.focus()
    with walk.page.expect_navigation():
        walk.page.keyboard.press("Enter")
    assert names.all_inner_texts() == [before[1], before[0], *before[2:]]
    walk.go("Undo")
    assert names.all_inner_texts() == [before[1], before[2], before[0], *before[3:]]
    walk.page.goto(walk.page.url.partition("#")[0] + "/item/0")
    walk.look("form")
    assert violations(walk.page) == []


@pytest.mark.soak
@pytest.mark.parametrize("template", FORMATS)
def test_from_every_template(walk: Walk, template: str) -> None:
    written(walk, template)
    taken(walk)
    rehearsed(walk)
    assert walk.pages <= MOST_PAGES
    assert walk.presses <= MOST_PRESSES
