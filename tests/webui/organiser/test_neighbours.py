"""Neighbours' listings in the window: kept, shown in the letter, refused in one sentence, removed."""

from __future__ import annotations

import io
import json

import pytest
from flask.testing import FlaskClient

from lab.window_pages import press, text_of


def listing(title: str) -> bytes:
    item = {"name": title, "startDate": "2090-01-01T19:00:00Z", "location": {"name": "Their Bar"}}
    return json.dumps({"itemListElement": [{"item": item}]}).encode()


def send(browser: FlaskClient, content: bytes, name: str = "") -> int:
    form = {"listing": (io.BytesIO(content), "listing.json"), "name": name}
    return press(browser, "/digest/neighbours", **form).status_code


def test_a_neighbours_dates_stand_in_the_letter_until_they_are_removed(browser: FlaskClient) -> None:
    assert send(browser, listing("Old <b>news</b>"), "Their Bar") == 303
    assert send(browser, listing("Salt & <b>Sand</b>"), "Their  BAR") == 303, "the newer one counts"
    page = text_of(browser, "/digest")
    assert page.count("their-bar</span>") == 1
    letter = text_of(browser, "/digest/newsletter.html")
    assert "Salt &amp; &lt;b&gt;Sand" in letter
    assert "news" not in letter
    assert press(browser, "/digest/neighbours/their-bar/remove").status_code == 303
    assert "Salt" not in text_of(browser, "/digest/newsletter.html")


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b"x" * (1 << 20) + b"x"])
def test_what_is_no_listing_is_refused_and_not_kept(browser: FlaskClient, content: bytes) -> None:
    assert send(browser, content) in {400, 413}
    assert "listing</span>" not in text_of(browser, "/digest")


def test_a_name_is_never_a_path(browser: FlaskClient) -> None:
    assert send(browser, listing("Theirs"), "../../organiser") == 303
    assert "organiser</span>" in text_of(browser, "/digest")
    assert press(browser, "/digest/neighbours/..%2Fidentity/remove").status_code in {303, 404}
    assert "organiser</span>" in text_of(browser, "/digest")


def test_neighbours_whose_names_are_in_another_script_are_kept_apart(browser: FlaskClient) -> None:
    for name in ("Жовтень", "Ліра", "سينما"):
        assert send(browser, listing(f"Tides {name}"), name) == 303
    page = text_of(browser, "/digest")
    assert all(f"{name}</span>" in page for name in ("жовтень", "ліра", "سينما"))
    assert press(browser, "/digest/neighbours/ліра/remove").status_code == 303
    assert "ліра</span>" not in text_of(browser, "/digest")
