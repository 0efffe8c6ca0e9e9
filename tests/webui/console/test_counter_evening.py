"""An evening's work at the counter in Debian's Chromium at 360 pixels; portal and console are real."""

from __future__ import annotations

import http.client
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.clock import RealClock
from appliance.config import Config, WebTable
from appliance.ids import CueId
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from appliance.store.console_rows import Role
from lab.browser import open_chromium
from lab.free_port import free_port
from lab.portal_process import Box, running
from lab.printers import printer, read_escpos
from lab.shop import BUNDLED
from lab.staff_room import Process, until
from webui.console.staff import ensure_operator, make_link

OPENS = """
[[cue]]
id = "opens"
on = "outside"
do = [{ open_drop = "print" }, { open_drop = "shirt" }, { open_drop = "evening" }]
"""
SMALL = """all => all.map(e => [e.textContent.trim() || e.name, e.getBoundingClientRect().height])
    .filter(([_, height]) => height > 0 && height < 43.9).map(([name, height]) => `${name} ${height}`)"""
Shot = Callable[[Page, str], None]


@pytest.fixture
def box(paths: Paths) -> Iterator[Box]:
    box = Box.prepared(paths, BUNDLED.replace("low = 1", "low = 2") + OPENS)
    port, paper = free_port(), free_port()
    with paths.config_file.open("a") as settings:
        settings.write(f"[console]\nport = {port}\n[printer]\nreceipts = '127.0.0.1:{paper}'\n")
    box.evening.fire(CueId("opens"))
    with running(box):
        console = Process(paths, Service.CONSOLE)
        try:
            until(lambda: is_up(paths, Config(console=WebTable(port=port)), Service.CONSOLE))
            ensure_operator(paths)
            box.paper = paper  # type: ignore[attr-defined]
            box.console = f"http://127.0.0.1:{port}"  # type: ignore[attr-defined]
            yield box
        finally:
            console.stop()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def shot(tmp_path: Path) -> Shot:
    """Keep a picture; whatever is pictured fits the phone, and every button is large enough for a thumb."""

    def take(page: Page, name: str) -> None:
        if os.environ.get(
            "MATINEE_PICTURES"
        ):  # to look at; now and then Chromium never ends one of a second page
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True, timeout=90_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, f"{name} is wider than the phone"
        assert page.locator("main button, main a.button, main select").evaluate_all(SMALL) == []

    return take


def _phone(chromium: Browser, *, script: bool = False) -> Page:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=script, has_touch=True
    )
    page = context.new_page()
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    return page


def _attendee(chromium: Browser, box: Box) -> Page:
    page = _phone(chromium)
    page.goto(box.url)
    page.get_by_role("button", name="Get my pass").tap()
    page.wait_for_url("**/pass/**")
    return page


def _steward(chromium: Browser, box: Box, desk: str, role: Role = Role.OPERATOR) -> Page:
    page = _phone(chromium, script=True)
    page.goto(box.console + make_link(box.paths, role))  # type: ignore[attr-defined]
    page.get_by_role("button", name="Sign in").tap()
    page.wait_for_url(re.compile("/(desk|remote)$"))
    page.goto(f"{box.console}/desk/counter?desk={desk}")  # type: ignore[attr-defined]
    return page


def _words(page: Page) -> str:
    found = re.search(r"[a-z]+-[a-z]+-[a-z]+-[a-z]+", page.locator("b[translate=no]").first.inner_text())
    assert found
    return found[0]


def _find(page: Page, words: str) -> None:
    page.get_by_label("Scan or type").fill(words)
    with page.expect_navigation():
        page.get_by_role("button", name="Find").tap()


@contextmanager
def _a_busy_portal(box: Box) -> Iterator[None]:
    """Strangers hold connections open and read pages without end."""
    enough = threading.Event()

    def stranger() -> None:
        while not enough.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=20)
            try:
                connection.request("GET", "/drops")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                continue
            finally:
                connection.close()

    with ExitStack() as held:
        for _ in range(80):
            held.enter_context(socket.create_connection(("127.0.0.1", box.port))).sendall(b"GET /drops HT")
        crowd = [threading.Thread(target=stranger) for _ in range(6)]
        for one in crowd:
            one.start()
        yield
        enough.set()
        for one in crowd:
            one.join()


@contextmanager
def _no_slower_than(most_s: float) -> Iterator[None]:
    clock = RealClock()
    began = clock.monotonic()
    yield
    assert clock.monotonic() - began < most_s, "the counter waits for strangers"


def _reserve_and_promise(chromium: Browser, box: Box, shot: Shot) -> tuple[str, str]:
    """The four words of two attendees, who took three things and promised something."""
    ada, mia = _attendee(chromium, box), _attendee(chromium, box)
    for page in (ada, mia):
        page.locator("#offer-print").get_by_role("button", name="Reserve one").tap()
        page.wait_for_url("**just=claimed**")
    mia.locator("#offer-shirt").get_by_role("radio").first.check()
    shot(mia, "1-pass")
    mia.locator("#offer-shirt").get_by_role("button", name="Reserve one").tap()
    expect(mia.get_by_text("T-shirt, M")).to_be_visible()
    mia.get_by_role("link", name="Pay what you like").tap()
    mia.get_by_label("A gift").check()
    mia.get_by_label("Another amount in EUR").fill("6,50")
    mia.get_by_role("button", name="Promise it").tap()
    expect(mia.get_by_role("heading", name="Thank you")).to_be_visible()
    shot(mia, "2-promise")
    ada_words = _words(ada)
    mia.goto(mia.url.partition("/give")[0])
    return ada_words, _words(mia)


@pytest.mark.timeout(240)
def test_an_evening_at_the_counter(chromium: Browser, box: Box, shot: Shot) -> None:
    ada_words, mia_words = _reserve_and_promise(chromium, box, shot)
    first, second = _steward(chromium, box, "1"), _steward(chromium, box, "2")
    expect(first.get_by_role("heading", name="3 wait to be collected")).to_be_visible()
    shot(first, "3-counter")
    _find(second, mia_words)
    expect(second.get_by_role("button", name="Cash").first).to_be_visible()
    shot(second, "4-found")
    second.get_by_role("button", name="Cash").first.tap()
    expect(second.get_by_text("Saved: €")).to_be_visible()
    _find(second, mia_words)
    expect(second.get_by_text("Promised:")).to_have_count(0)  # paid
    theirs = second.locator("section[aria-labelledby=theirs] li").filter(has_text="T-shirt")
    theirs.get_by_label("Paid how").select_option("cash")
    theirs.get_by_role("button", name="Hand over").tap()
    expect(second.get_by_text("Hand it over")).to_be_visible()
    shot(second, "5-handed-over")

    waits = first.locator("li").filter(has_text="T-shirt")  # the other desk's page is older
    waits.get_by_role("button", name="Hand over").tap()
    expect(first.get_by_text(re.compile(r"Already collected, \d\d:\d\d, by desk 2"))).to_be_visible()
    shot(first, "6-already")

    with _a_busy_portal(box), _no_slower_than(15):
        _find(first, ada_words)
        parcel = first.locator("section[aria-labelledby=theirs] li").first
        parcel.get_by_label("Paid how").select_option("reader")
        parcel.get_by_role("button", name="Hand over").tap()
        expect(first.get_by_text("Hand it over")).to_be_visible()
    first.get_by_role("button", name="Undo").tap()
    expect(first.get_by_text("Undone")).to_be_visible()

    first.get_by_role("link", name="Stock").tap()
    first.locator("section").filter(has_text="The print").get_by_label("More came, or some broke").fill("5")
    first.locator("section").filter(has_text="The print").get_by_role("button", name="Change the stock").tap()
    expect(first.get_by_text("of 8 left")).to_be_visible()
    shot(first, "7-stock")
    first.get_by_role("link", name="Cash up").tap()
    expect(first.get_by_role("heading", name="31.50 EUR")).to_be_visible()
    shot(first, "8-cash-up")


def _hand_part(page: Page, title: str, way: str = "", press: str = "Hand over") -> None:
    theirs = page.locator("section[aria-labelledby=theirs]")
    if way:
        theirs.get_by_label("Paid how").select_option(way)
    theirs.locator(".pieces li").filter(has_text=title).get_by_role("button", name=press).tap()
    expect(page.get_by_text("Hand it over")).to_be_visible()


@pytest.mark.timeout(240)
def test_a_bundle_its_credit_and_a_printer_that_was_off(chromium: Browser, box: Box, shot: Shot) -> None:
    ada = _attendee(chromium, box)
    offer = ada.locator("#offer-evening")
    offer.get_by_role("radio", name="M").first.check()
    offer.get_by_role("button", name="Reserve one").tap()
    ada.wait_for_url("**just=claimed**")
    shot(ada, "b1-pass")
    page, words = _steward(chromium, box, "2"), _words(ada)
    _find(page, words)
    shot(page, "b2-bundle")
    _hand_part(page, "The print", "cash")
    shot(page, "b3-part-handed-over")
    with page.expect_navigation():
        page.get_by_role("button", name="Print a receipt").tap()
    counter, sentence = page.url.partition("#")[0], page.get_by_text("does not answer")

    def told() -> bool:
        page.goto(counter)
        return sentence.is_visible()

    until(told)
    shot(page, "b4-printer-off")
    with printer(box.paper) as tray:  # type: ignore[attr-defined]
        with page.expect_navigation():
            page.get_by_role("button", name="Print again").tap()
        until(lambda: bool(tray.jobs))
    assert "30.00 EUR" in "\n".join(read_escpos(tray.jobs[0]).lines)
    _find(page, words)
    _hand_part(page, "The talk", press="Used now")
    _find(page, words)
    page.get_by_label("Amount in EUR").first.fill("5")
    shot(page, "b5-credit")
    page.get_by_role("button", name="Take off").tap()
    expect(page.get_by_text("Taken off")).to_be_visible()
    expect(page.get_by_text("€\N{NO-BREAK SPACE}2.50 left").first).to_be_visible()
    shot(page, "b6-taken-off")
    page.get_by_role("link", name="Cash up").tap()
    expect(page.get_by_role("heading", name="30.00 EUR")).to_be_visible()
    expect(page.locator("tr").filter(has_text="For the next evening")).to_be_visible()
    page.get_by_text("Every payment").tap()
    shot(page, "b7-cash-up")
    page.goto(f"{box.console}/desk")  # type: ignore[attr-defined]
    expect(page.get_by_text("The print: 2 left.")).to_be_visible()
    shot(page, "b8-desk")
