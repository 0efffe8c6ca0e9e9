"""The first page as it comes through nginx: light, whole in one request, and readable for everybody."""

from __future__ import annotations

import gzip
import re
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from lab.browser import open_chromium
from lab.front_box import GUESTS, FrontBox

OWN = "matinee.internal"
MOST_BYTES = 14 * 1024
"""What a server sends before it hears back (RFC 6928: ten segments): one round trip."""


@pytest.fixture(scope="module")
def box(front_box: FrontBox) -> FrontBox:
    return front_box


@pytest.fixture(scope="module")
def page(box: FrontBox) -> Iterator[Page]:
    rules = f"--host-resolver-rules=MAP {OWN}:80 {GUESTS}:{box.http}"
    with open_chromium(rules) as browser:
        yield browser.new_context(java_script_enabled=False).new_page()


@pytest.mark.parametrize("path", ["/", "/welcome", "/programme", "/privacy"])
def test_a_page_is_light_and_wants_nothing(box: FrontBox, path: str) -> None:
    with socket.create_connection((GUESTS, box.http), timeout=20) as line:
        asked = (
            f"GET {path} HTTP/1.1\r\nHost: {OWN}\r\nAccept-Encoding: gzip, br\r\nConnection: close\r\n\r\n"
        )
        line.sendall(asked.encode())
        came = b"".join(iter(lambda: line.recv(65536), b""))
    assert len(came) <= MOST_BYTES
    head = came.partition(b"\r\n\r\n")[0].decode().lower()
    assert "content-encoding: gzip" in head
    assert "set-cookie" not in head
    told = box.ask(path, OWN, Accept_Encoding="gzip")
    text = gzip.decompress(told.body).decode()
    assert "<script" not in text
    assert re.search(r'<html lang="[a-z-]+" dir="(ltr|rtl)"', text)
    assert not re.search(r"user-scalable|maximum-scale", text)
    assert not re.search(r'(src|href|action)="(?:https?:)?//(?!matinee\.internal)', text)


def test_it_is_one_request_and_every_field_has_its_label(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"http://{OWN}/")
    assert asked == [f"http://{OWN}/"]
    fields = page.locator("input:not([type=hidden])")
    assert fields.count() >= 3
    for number in range(fields.count()):
        assert fields.nth(number).evaluate(
            "e => e.labels.length && e.labels[0].textContent.trim().length > 0"
        )


@pytest.mark.parametrize("path", ["/", "/welcome"])
def test_it_is_readable_at_400_percent(page: Page, path: str) -> None:
    """A screen of 1280 by 1024 at 400 % is 320 by 256 (WCAG 2.2, 1.4.10): nothing is pushed aside or cut."""
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"http://{OWN}{path}")
    assert page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    cut = """all => all.filter(e => e.getClientRects().length && getComputedStyle(e).overflow !== 'visible'
        && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    assert page.locator("main *").evaluate_all(cut) == []
    for button in page.locator("main .button:visible").all():
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
