"""What the room asks, at the desk: a real portal, show and console, a phone and an operator in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from appliance import config
from appliance.ids import ItemId, new_secret
from appliance.ipc.portal_client import PortalClient
from appliance.ipc.questions_client import QuestionsClient
from appliance.ipc.show_client import ShowClient
from appliance.model.door import DoorWish
from appliance.model.question import OVER_A_QUESTION, QuestionState
from appliance.model.show_view import Verb
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from appliance.sealing_age import make_key
from appliance.store.console_rows import Role
from lab.axe import violations
from lab.browser import open_chromium
from lab.staff_room import House, Process, staffed_house, until
from webui.console.staff import make_link

PHONE = (360, 740)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    paths = Paths(tmp_path_factory.mktemp("talk") / "box").ensure()
    with staffed_house(paths, more=f'[people]\nrecipients = ["{make_key()[1]}"]\n') as house:
        portal = Process(paths, Service.PORTAL)
        try:
            until(lambda: is_up(paths, config.load(paths), Service.PORTAL))
            show = ShowClient(paths)
            show.do(Verb.GO)
            show.enter(ItemId("talk"))
            yield house
        finally:
            portal.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


def opened(chromium: Browser, **more: object) -> Page:
    context = chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, **more)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    return page


def pass_page(house: House) -> str:
    done = PortalClient(house.paths).walk_in(DoorWish(new_secret(), staff="steward"))
    return f"{config.load(house.paths).portal.address}/pass/{done.capability}"


def desk_of(chromium: Browser, house: House, **more: object) -> Page:
    page = opened(chromium, **more)
    page.goto(house.address + make_link(house.paths, Role.OPERATOR))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/remote")
    page.goto(f"{house.address}/desk/questions")
    return page


def test_what_a_phone_asks_comes_to_the_desk_by_itself_and_stands_on_the_screen(
    chromium: Browser, house: House
) -> None:
    desk, phone, show = desk_of(chromium, house), opened(chromium), ShowClient(house.paths)
    expect(desk.locator("#asked")).to_contain_text("phones may ask now")
    phone.goto(pass_page(house))
    with phone.expect_navigation():
        phone.get_by_role("link", name="Ask one").click()
    phone.get_by_label("What would you like to know?").fill("Who built the boat, and why <b>red</b>?")
    with phone.expect_navigation():
        phone.get_by_role("button", name="Ask it").click()
    expect(phone.locator("main")).to_contain_text("The host has it now")
    expect(desk.locator("#asked")).to_contain_text("Who built the boat, and why <b>red</b>?", timeout=20_000)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Put it on the screen").click()
    stands = show.status().callout
    assert stands is not None
    assert (stands.text, stands.over) == ("Who built the boat, and why <b>red</b>?", OVER_A_QUESTION["en"])
    phone.reload()
    expect(phone.locator("main")).to_contain_text("it is your turn")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Answered").click()
    expect(desk.locator("#asked")).to_contain_text("1 question done")
    assert show.status().callout is None
    desk.context.close()
    phone.context.close()


def test_what_an_operator_said_themselves_is_not_taken_off_with_a_question(house: House) -> None:
    show, questions = ShowClient(house.paths), QuestionsClient(house.paths)
    page = pass_page(house)
    with requests.Session() as phone:
        phone.post(f"{page}/questions", data={"text": "And now?", "nonce": new_secret()}, timeout=20)
    asked = questions.all().all[-1]
    session, csrf = house.sign_in()
    with closing(session):
        show.call_out("The bar closes in ten minutes")
        desk = f"{house.address}/desk/questions/{asked.id}"
        assert session.post(f"{desk}/shown", data={"csrf": csrf}, timeout=20).status_code == 200
        assert session.post(f"{desk}/answered", data={"csrf": csrf}, timeout=20).status_code == 200
        stands = show.status().callout
        assert stands is not None
        assert stands.text == "The bar closes in ten minutes"
        assert session.post(f"{desk}/gone", data={"csrf": csrf}, timeout=20).status_code == 400
        gone = f"{house.address}/desk/questions/none/answered"
        assert "has taken it back" in session.post(gone, data={"csrf": csrf}, timeout=20).text
        show.call_out("")


def test_what_somebody_takes_back_is_off_the_screen_at_once(house: House) -> None:
    show, questions, page = ShowClient(house.paths), QuestionsClient(house.paths), pass_page(house)
    session, csrf = house.sign_in()
    with closing(session), requests.Session() as phone:
        for text in ("Mine?", "Mine too?"):
            phone.post(f"{page}/questions", data={"text": text, "nonce": new_secret()}, timeout=20)
        mine, too = questions.all().all[-2:]
        desk = f"{house.address}/desk/questions"
        session.post(f"{desk}/{mine.id}/screen", data={"csrf": csrf}, timeout=20)
        session.post(f"{desk}/{too.id}/shown", data={"csrf": csrf}, timeout=20)
        assert show.status().callout is None, "the next one is read aloud: the last one is answered"
        session.post(f"{desk}/{too.id}/screen", data={"csrf": csrf}, timeout=20)
        assert show.status().callout is not None
        phone.post(f"{page}/questions/{too.id}/back", timeout=20)
    assert show.status().callout is None


def test_a_steward_reads_them_aloud_and_leaves_the_screen_alone(house: House) -> None:
    questions = QuestionsClient(house.paths)
    with requests.Session() as phone:
        phone.post(f"{pass_page(house)}/questions", data={"text": "Why?", "nonce": new_secret()}, timeout=20)
    asked = questions.all().all[-1]
    with requests.Session() as steward:
        page = steward.post(house.address + make_link(house.paths, Role.STEWARD), timeout=20)
        csrf = page.text.split('name="csrf" value="')[1][:64]
        desk = f"{house.address}/desk/questions"
        assert "Put it on the screen" not in steward.get(desk, timeout=20).text
        assert steward.post(f"{desk}/{asked.id}/screen", data={"csrf": csrf}, timeout=20).status_code == 403
        assert steward.post(f"{desk}/{asked.id}/aside", data={"csrf": csrf}, timeout=20).status_code == 200
    assert questions.all().all[-1].state is QuestionState.ASIDE
    assert ShowClient(house.paths).status().callout is None


@pytest.mark.parametrize("width", [360, 1280])
def test_both_pages_fit_and_axe_finds_nothing_wrong(chromium: Browser, house: House, width: int) -> None:
    desk, phone = desk_of(chromium, house, bypass_csp=True), opened(chromium, bypass_csp=True)
    phone.goto(f"{pass_page(house)}/questions")
    for page in (desk, phone):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()
