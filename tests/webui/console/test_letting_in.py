"""A café owner with one phone: the projector, the QR, one tap, the remote. Through nginx, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from appliance.ipc.console_client import ConsoleClient
from appliance.paths import Paths
from lab.audience import SAMPLE
from lab.browser import open_chromium
from lab.front_box import GUESTS, FrontBox, standing

OWN = "matinee.internal"


@pytest.fixture
def box(paths: Paths) -> Iterator[FrontBox]:
    with standing(paths, SAMPLE.read_text(), "portal", "console") as box:
        yield box


@pytest.fixture
def chromium(box: FrontBox) -> Iterator[Browser]:
    """On the attendees' network: the box's name leads to the attendees' address."""
    rules = f"--host-resolver-rules=MAP {OWN}:80 {GUESTS}:{box.http},MAP {OWN} {GUESTS}"
    with open_chromium(rules) as browser:
        yield browser


def phone(chromium: Browser) -> Page:
    """The one tap on "Advanced, go on" is made beforehand: Chromium's own page can not be driven."""
    size = {"width": 360, "height": 740}
    return chromium.new_context(viewport=size, has_touch=True, ignore_https_errors=True).new_page()


def let_in(box: FrontBox, page: Page, invitation: str) -> None:
    """What the café owner does: open what the camera read, one button, the warning, one button."""
    page.goto(invitation)
    assert page.get_by_role("heading", name="For staff").is_visible()
    overheard = invitation.partition(OWN)[2]
    for method in ("GET", "POST"):
        answer = box.ask(overheard, OWN, method=method, phone="127.1.0.62")
        assert "/admitted/" not in answer.text
    assert answer.status == 409
    page.get_by_role("button", name="Let this phone in").tap()
    page.get_by_text("Your browser will warn").wait_for()
    page.get_by_role("link", name="Go on").tap()
    page.get_by_role("button", name="Sign in").tap()
    page.get_by_role("heading", name="Choose a passphrase").wait_for()
    for name in ("Passphrase", "The same once more"):
        page.get_by_label(name, exact=True).fill("seven quiet lamps again")
    page.get_by_role("button", name="This box is mine").tap()


def test_one_phone_is_enough_lets_a_second_in_and_nobody_else(box: FrontBox, chromium: Browser) -> None:
    at_the_door = {"at": (GUESTS, box.config.front.staff), "phone": "127.1.0.60"}
    assert box.ask("/sign-in", OWN, **at_the_door).status == 403
    invitation = ConsoleClient(box.paths).first_light().qr
    path = invitation.partition(OWN)[2]
    for method in ("HEAD", "GET", "GET"):  # a chat shows a preview: it is not on the attendees' network
        assert box.ask(path, OWN, method=method, phone="127.2.0.9").status == 200
    assert box.ask(path, OWN, method="HEAD", phone="127.1.0.61").status == 200

    page = phone(chromium)
    let_in(box, page, invitation)
    page.wait_for_url(f"https://{OWN}:{box.config.front.staff}/setup/event")
    session = next(cookie for cookie in page.context.cookies() if cookie["name"] == "matinee_session")
    assert session["secure"]
    assert session["httpOnly"]
    assert ConsoleClient(box.paths).first_light().qr == ""

    page.get_by_role("contentinfo").get_by_role("link", name="Let another phone in").tap()
    page.get_by_role("img", name="Lets another phone in").wait_for()
    assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")

    late = phone(chromium)  # an attendee took a photograph of the projector
    late.goto(invitation)
    late.get_by_role("button", name="Let this phone in").tap()
    late.get_by_text("used already").wait_for()
    assert box.ask("/sign-in", OWN, **at_the_door).status == 403
