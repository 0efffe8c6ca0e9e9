"""Every page in a browser: axe finds nothing, nothing is wider than the phone, and the keyboard is enough."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from appliance.clock import RealClock
from appliance.ids import EventId, new_secret
from appliance.paths import Paths
from appliance.store.console_rows import Role
from lab.audience import SAMPLE, agreed
from lab.axe import violations
from lab.browser import open_chromium
from lab.clip_desk import ClipDesk
from lab.evening import PACKING
from lab.house import make_house
from lab.portal_process import Box, running
from lab.staff_room import House, staffed_house
from webui.console.staff import make_link

PORTAL = (
    "/",
    "/programme",
    "/drops",
    "/watch",
    "/privacy",
    "/help",
    "/help/attendees",
    "/nowhere",
    "/welcome",
    "/let-in/a-code",
    "/door",
)
CONSOLE = (
    "/remote",
    "/setup",
    "/setup/event",
    "/setup/rehearsal",
    "/setup/figures",
    "/setup/health",
    "/setup/permits",
    "/setup/phones",
    "/help",
    "/help/start",
    "/help/people",
)
DESK = (
    "/desk",
    "/desk/clips",
    "/desk/lists",
    "/desk/stewards",
    "/desk/counter",
    "/desk/counter/cash-up",
    "/desk/counter/stock",
)
NARROW, WIDE = 320, 1280
WIDTHS = (NARROW, WIDE) if os.environ.get("MATINEE_ALL_WIDTHS") else (NARROW,)
"""1280 pixels at a zoom of 400 % are 320 (WCAG 2.2, 1.4.10)."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@contextmanager
def clips_of(paths: Paths, event: EventId, folder: Path) -> Iterator[None]:
    """One clip that waits, one on the phones, and one that somebody does not want to be in."""
    desk = ClipDesk(paths, RealClock(), event, make_house(folder / "clip.mp4", seconds=1))
    desk.clip("01A", approved=False)
    desk.clip("01B")
    desk.removals.ask(event, desk.clip("01C"), "ann", "row 3, a red scarf")
    yield
    desk.close()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    box = Box.prepared(Paths(tmp_path_factory.mktemp("axe") / "box").ensure(), SAMPLE.read_text())
    box.evening.fire("poster-opens")
    with running(box), clips_of(box.paths, box.event, tmp_path_factory.mktemp("film")):
        yield box


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    paths = Paths(tmp_path_factory.mktemp("axe") / "house").ensure()
    film = tmp_path_factory.mktemp("film")
    with staffed_house(paths) as house, clips_of(paths, EventId(PACKING.event), film):
        yield house


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": NARROW, "height": 740}, bypass_csp=True)
    yield context.new_page()
    context.close()


def faults_of(page: Page, address: str) -> list[str]:
    """At 400 % zoom and, in the long suite, on a desk: axe's, and what has to be scrolled sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(address)
        found += [f"{width}: {fault}" for fault in violations(page)]
        if not page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"):
            found.append(f"{width}: wider than the window")
    return found


def own_page(page: Page, box: Box, language: str) -> str:
    """Sign up with everything wrong and then right, by keyboard alone; the address of the pass."""
    page.goto(f"{box.url}/?lang={language}")
    page.locator("#email").focus()
    page.keyboard.type("no address")
    page.keyboard.press("Enter")
    if page.locator("[aria-invalid]").count() == 0:  # the browser itself holds it back
        page.locator("#email").fill("")
    page.locator("#name").focus()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pass/**")
    return page.url


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", PORTAL)
def test_no_page_of_the_portal_has_a_fault(page: Page, box: Box, path: str, language: str) -> None:
    assert faults_of(page, f"{box.url}{path}?lang={language}") == []
    assert page.locator("html").get_attribute("dir") == {"en": "ltr", "ar": "rtl"}[language]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pass_and_receipt_have_no_fault(page: Page, box: Box, language: str) -> None:
    own = own_page(page, box, language).partition("?")[0]
    assert faults_of(page, f"{own}?lang={language}&just=joined") == []
    assert faults_of(page, f"{own}/receipt?lang={language}") == []
    assert faults_of(page, f"{own}/remove?lang={language}&just=asked") == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_form_with_what_is_wrong_in_it_has_no_fault(page: Page, box: Box, language: str) -> None:
    answer = page.request.post(
        f"{box.url}/join?lang={language}",
        form={"nonce": new_secret(), "email": "x", "news": "yes", **agreed(box.evening.event)},
    )
    assert answer.status == 422
    page.goto(f"{box.url}/?lang={language}")
    page.set_content(answer.text())
    assert violations(page) == []


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, house: House) -> Iterator[Page]:
    """Signed in by a link, whose page is looked at on the way."""
    context = chromium.new_context(viewport={"width": NARROW, "height": 740}, bypass_csp=True)
    page = context.new_page()
    page.goto(house.address + make_link(house.paths, Role.OPERATOR))
    assert violations(page) == []
    page.get_by_role("button").first.click()
    page.wait_for_url("**/remote**")
    yield page
    context.close()


@pytest.fixture
def operator(signed_in: Page) -> Page:
    """One operator for all pages: nothing of a page before stays in the next."""
    signed_in.goto("about:blank")
    return signed_in


@pytest.mark.parametrize("path", CONSOLE)
def test_no_page_of_the_console_has_a_fault(operator: Page, house: House, path: str) -> None:
    assert faults_of(operator, house.address + path) == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", DESK)
def test_no_page_of_the_desk_has_a_fault(operator: Page, house: House, path: str, language: str) -> None:
    assert faults_of(operator, f"{house.address}{path}?lang={language}") == []
    assert operator.locator("html").get_attribute("dir") == {"en": "ltr", "ar": "rtl"}[language]


def test_the_page_to_sign_in_has_no_fault(page: Page, house: House) -> None:
    assert faults_of(page, f"{house.address}/sign-in") == []


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content(
        "<html><body><img src=x><input><p style='color:#777;background:#888'>faint</p></body></html>"
    )
    found = {fault.partition(":")[0] for fault in violations(page)}
    assert {"image-alt", "label", "color-contrast", "html-has-lang"} <= found


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pictures_to_look_at(page: Page, box: Box, tmp_path: Path, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for path in PORTAL:
        page.goto(f"{box.url}{path}?lang={language}")
        name = path.strip("/").replace("/", "-") or "home"
        page.screenshot(path=tmp_path / f"{language}-{width}-{name}.png", full_page=True)
    assert len(list(tmp_path.iterdir())) == len(PORTAL)
