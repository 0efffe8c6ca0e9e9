"""The desk in Debian's Chromium, over the real show, portal and console of a box."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from appliance import config
from appliance.audience.capability import attendee_of
from appliance.audience.pass_key import ensure_pass_key
from appliance.audience.passes import Passes
from appliance.clock import RealClock
from appliance.ids import BoxId, EventId, new_secret
from appliance.ipc.portal_client import PortalClient
from appliance.model.door import DoorAnswer, DoorWish
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from appliance.sealing_age import make_key
from appliance.store.console_rows import Role
from lab.axe import violations
from lab.browser import open_chromium
from lab.evening import MANIFEST, PACKING
from lab.staff_room import House, Process, staffed_house, until
from webui.console.staff import make_link

PHONE, DESK = (360, 740), (1280, 800)
ROOM = (
    'capacity = 40\naccess_places = 2\naccess = ["Step-free from the quay"]\nsightlines = ["Row 2: a pillar"]'
)

FOCUSED = "[...document.querySelectorAll('main *')].indexOf(document.activeElement)"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    paths = Paths(tmp_path_factory.mktemp("door") / "box").ensure()
    people = f'[people]\nrecipients = ["{make_key()[1]}"]\n'
    with staffed_house(paths, MANIFEST.replace("capacity = 40", ROOM), people) as house:
        portal = Process(paths, Service.PORTAL)
        try:
            until(lambda: is_up(paths, config.load(paths), Service.PORTAL))
            yield house
        finally:
            portal.stop()


@pytest.fixture
def opened(chromium: Browser, house: House) -> Iterator[Open]:
    """A phone that is signed in, or nobody's; faults of the page fail the test."""
    contexts = []

    def open_phone(size: tuple[int, int] = PHONE, role: Role | None = Role.STEWARD, **more: object) -> Page:
        width, height = size
        context = chromium.new_context(viewport={"width": width, "height": height}, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: pytest.fail(str(fault)))
        if role is not None:
            page.goto(house.address + make_link(house.paths, role))
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(re.compile("/(desk|remote)$"))
        return page

    yield open_phone
    for context in contexts:
        context.close()


def portal_of(house: House) -> str:
    return config.load(house.paths).portal.address


def a_pass(house: House) -> str:
    """The pass of somebody who signed up at this box."""
    passes = Passes(BoxId("lab"), ensure_pass_key(house.paths))
    return passes.issue(attendee_of(new_secret()), EventId(PACKING.event), RealClock().now())


def test_the_code_of_a_pass_leads_a_stewards_phone_to_check_in_and_everybody_else_to_the_pass(
    opened: Open, house: House
) -> None:
    address = f"{portal_of(house)}/p/{a_pass(house)}"
    anybody = opened(role=None)
    anybody.goto(address)
    expect(anybody.locator("main")).to_contain_text("this pass is for tonight")
    assert house.address not in anybody.url
    steward = opened()
    steward.goto(address)
    assert steward.url.startswith(f"{house.address}/p/")
    with steward.expect_navigation():
        steward.get_by_role("button", name="Let in").first.click()
    expect(steward.locator(".verdict")).to_have_text("In")
    steward.goto(address)
    expect(steward.locator("#who")).to_have_text("Already in")


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_hand_scanner_needs_no_hand_on_the_screen(
    opened: Open, house: House, size: tuple[int, int]
) -> None:
    """It types and presses Enter; the field has the focus again for the next one."""
    page = opened(size)
    for _ in range(3):
        expect(page.locator("#text")).to_be_focused()
        page.keyboard.insert_text(f"{portal_of(house)}/p/{a_pass(house)}")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_have_text("In")
    expect(page.locator("#text")).to_be_focused()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("path", ["/desk", "/desk/lists", "/desk/stewards"])
def test_every_screen_fits_and_every_control_is_reached_by_keyboard(
    opened: Open, size: tuple[int, int], path: str, house: House
) -> None:
    page = opened(size, Role.OPERATOR)
    page.goto(house.address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    controls = page.locator("main :is(button, input:not([type=hidden]), summary):visible").count()
    assert controls
    reached = set()
    for _ in range(controls + 14):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
    assert len(reached - {-1}) >= controls


def test_what_a_scanner_reads_from_the_picture_of_a_pass_is_the_pass(house: House, tmp_path: Path) -> None:
    """A walk-in's pass, kept as PNG, read by ZBar."""
    portal = PortalClient(house.paths)
    done = portal.walk_in(DoorWish(new_secret(), staff="steward"))
    picture = tmp_path / "pass.png"
    url = f"{portal_of(house)}/pass/{done.capability}/pass.png"
    picture.write_bytes(requests.get(url, timeout=10).content)
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", picture], check=True, capture_output=True, text=True
    )
    assert read.stdout.startswith(f"{portal_of(house)}/p/")
    assert portal.enter(DoorWish(new_secret(), read.stdout, staff="steward")).answer is DoorAnswer.ALREADY_IN
    svg = requests.get(url.replace(".png", ".svg"), timeout=10)
    assert svg.headers["Content-Type"].startswith("image/svg+xml")


def test_the_door_works_while_strangers_hold_every_thread_of_the_portal(house: House) -> None:
    settings = config.load(house.paths).portal
    portal = PortalClient(house.paths)
    with ExitStack() as strangers:
        for _ in range(settings.threads + 8):
            held = strangers.enter_context(socket.create_connection((settings.host, settings.port)))
            held.sendall(b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nname=")
        with pytest.raises(requests.RequestException):
            requests.get(settings.address, timeout=2)
        began = RealClock().monotonic()
        for _ in range(5):
            done = portal.enter(DoorWish(new_secret(), a_pass(house), staff="steward"))
            assert done.answer is DoorAnswer.LET_IN
        assert RealClock().monotonic() - began < 5


def test_axe_finds_nothing_wrong_in_any_state_of_the_door(opened: Open, house: House) -> None:
    page, portal = opened(PHONE, Role.OPERATOR, bypass_csp=True), portal_of(house)
    wrong: dict[str, list[str]] = {}
    text = a_pass(house)
    for name, shown in (("in", text), ("already in", text), ("unknown", "nobody at all")):
        page.goto(f"{house.address}/desk")
        page.locator("#text").fill(shown)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        wrong[name] = violations(page)
    for path in (f"{house.address}/p/{a_pass(house)}", f"{house.address}/desk/stewards"):
        page.goto(path)
        wrong[path] = violations(page)
    page.goto(f"{house.address}/desk/lists?lang=ar")
    with page.expect_navigation():
        page.locator("form[action*=passphrase] button").click()
    wrong["a new passphrase, and the open lists"] = violations(page)
    anybody = opened(PHONE, None, bypass_csp=True)
    for path in ("/door", "/door?lang=ar", f"/p/{a_pass(house)}", "/p/nothing"):
        anybody.goto(portal + path)
        wrong[path] = violations(anybody)
    assert {name: faults for name, faults in wrong.items() if faults} == {}
