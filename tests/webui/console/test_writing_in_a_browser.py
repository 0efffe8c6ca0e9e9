"""An evening on Setup, in Chromium: its parts are moved, its test film runs while services start again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.ids import EventId
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase
from appliance.paths import Paths
from cache.boards import this_board
from lab.browser import open_chromium
from lab.newcomer import Walk
from lab.small_film import make_film
from lab.staff_room import House, staffed_house, until
from lab.sync_process import SyncProcess
from provisioning.fitting import Fitting
from provisioning.media_door import sync_door
from provisioning.rehearsal_film import FILM
from provisioning.rehearsal_show import FilmState, WallTest
from webui.console.staff import make_link


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A box with sync."""
    paths = Paths(tmp_path_factory.mktemp("writing") / "box").ensure()
    with staffed_house(paths) as house, SyncProcess(paths):
        yield house


@pytest.fixture
def walk(house: House) -> Iterator[Walk]:
    """Somebody who is signed in."""
    with open_chromium() as chromium:
        context = chromium.new_context(viewport={"width": 360, "height": 760}, bypass_csp=True)
        page = context.new_page()
        page.goto(house.address + make_link(house.paths))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/remote")
        yield Walk(page, house)
        context.close()


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


def test_a_part_is_moved_by_pointer_and_by_keys(walk: Walk, house: House) -> None:
    walk.page.goto(house.address + "/setup/event")
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
