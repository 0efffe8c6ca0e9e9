"""Where a passphrase is typed: masked, known to password managers, and as long as one likes."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from webui.console import good_passphrase
from webui.console.console import Console

FIELD = re.compile(r"<input[^>]*name=\"(?:passphrase|again|old)\"[^>]*>")


def fields(page: str) -> list[str]:
    return FIELD.findall(page)


def masked(field: str) -> bool:
    """Typed unseen, and filled in by who keeps passphrases; pasting is never hindered."""
    return (
        'type="password"' in field
        and bool(re.search(r'autocomplete="(?:current|new)-password"', field))
        and "onpaste" not in field
    )


def test_every_field_for_a_passphrase_is_masked_and_known_to_managers(
    browser: FlaskClient, console: Console
) -> None:
    seen = fields(browser.get("/sign-in").text)
    code = re.sub(r"\D", "", console.pairing.offered().code)
    assert browser.post("/pair", data={"code": code}).headers["Location"] == "/pair/passphrase"
    seen += fields(browser.get("/pair/passphrase").text)
    assert len(seen) >= 3
    assert [field for field in seen if not masked(field)] == []


@pytest.mark.parametrize("length", [64, 72, 128, good_passphrase.LONGEST])
def test_a_long_passphrase_is_taken(length: int) -> None:
    words = (
        ("seven quiet lamps above an empty harbour at night and a dog " * 4)[:length]
        .strip()
        .ljust(length, "x")
    )
    good_passphrase.check(words, words, "lab")


def test_any_letters_will_do() -> None:
    for words in ("väldigt många gröna äpplen", "семь тихих ламп снова", "7 lamps & 3 dogs; again?"):
        good_passphrase.check(words, words, "lab")
