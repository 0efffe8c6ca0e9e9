"""Chromium on a phone on the Wi-Fi: lands on the portal, signs up, comes back; with and without uplink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from appliance.ipc.console_client import ConsoleClient
from lab.browser import CHROMIUM, open_chromium
from lab.handset import Handset
from lab.internet import internet
from lab.namespaces import require_namespaces
from lab.wifi import Venue, venue

OWN = "http://matinee.internal"
APPLE = "http://captive.apple.com/hotspot-detect.html"
STAFF = 8443
SOMEWHERE = "http://news.example/today?page=1"
ELSEWHERE = "http://weather.example/nm"


@contextmanager
def browser_of(phone: Handset, folder: Path) -> Iterator[Page]:
    """The real browser, in the phone's own network, with the resolver that DHCP told it."""
    phone.namespace.resolve_by(str(phone.lease["dns"]))
    program = folder / "chromium"
    inside = " ".join(phone.namespace.command(str(CHROMIUM)))
    program.write_text(f'#!/bin/sh\nexec {inside} "$@"\n')
    program.chmod(0o755)
    with open_chromium(program=program) as browser:
        context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        yield context.new_page()


@pytest.fixture(params=["without an uplink", "with an uplink"])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Venue, bool]]:
    require_namespaces()
    uplink = request.param == "with an uplink"
    settings = 'internet = true\nuplink = "ethernet"' if uplink else ""
    with ExitStack() as stack:
        made = stack.enter_context(venue(1, settings, root=tmp_path))
        if uplink:
            stack.enter_context(internet(made, tmp_path))
        made.start("network", "portal", "front")
        if uplink:
            made.wait(lambda view: view.internet)
        yield made, uplink


def test_a_phone_lands_signs_up_and_comes_back(hall: tuple[Venue, bool], tmp_path: Path) -> None:
    made, uplink = hall
    phone = made.phones[0].join()
    with browser_of(phone, tmp_path) as page:
        page.goto(SOMEWHERE)
        assert page.url == f"{OWN}/"
        page.goto(APPLE)
        assert page.url == f"{OWN}/"
        page.get_by_role("button", name="Get my pass").click()
        page.wait_for_url("**/pass/**")
        own = page.url
        assert page.get_by_text("Saved.").is_visible()
        assert made.network.client(phone.address).finished

        page.goto(APPLE)
        assert page.inner_text("body") == "Success"
        assert page.url == APPLE
        page.goto(SOMEWHERE)  # whose address the browser still remembers from before
        assert page.url == (SOMEWHERE if uplink else f"{OWN}/")
        page.goto(ELSEWHERE)
        assert page.url == (ELSEWHERE if uplink else f"{OWN}/")
        assert ("NetworkManager is online" in page.content()) is uplink
        page.goto(own)
        assert page.get_by_role("img", name="The QR code of your pass").is_visible()


def test_the_door_of_the_staff_opens_to_the_device_that_was_let_in_and_to_no_other(tmp_path: Path) -> None:
    require_namespaces()
    with venue(2, root=tmp_path) as made:
        made.start("network", "portal", "console", "front")
        owner, guest = (phone.join() for phone in made.phones)
        for phone in (owner, guest):
            with pytest.raises(ConnectionRefusedError):
                phone.connect("10.41.0.1", STAFF)
        invitation = ConsoleClient(made.paths).first_light().qr
        assert b"Let this phone in" in owner.get(invitation).body
        done = owner.post(invitation, b"")
        assert f"https://matinee.internal:{STAFF}/admitted/".encode() in done.body
        owner.connect("10.41.0.1", STAFF).close()
        with pytest.raises(ConnectionRefusedError):
            guest.connect("10.41.0.1", STAFF)
        assert guest.post(invitation, b"").status == 410
        with pytest.raises(ConnectionRefusedError):
            guest.connect("10.41.0.1", STAFF)
