from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lab.staff_room import Person


def posts(app: Flask) -> list[str]:
    """Every path that changes something, its parts filled in."""
    fill = {"<verb>": "go", "<clip>": "c"}
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            path = rule.rule
            for part, value in fill.items():
                path = path.replace(part, value)
            found.append(path)
    return sorted(found)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", ""])
def test_a_name_that_is_not_ours_is_sent_away(browser: FlaskClient, host: str) -> None:
    assert browser.get("/sign-in", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8001", "127.0.0.1", "[::1]:8001", "matinee-lab.local"])
def test_our_own_names_are_answered(browser: FlaskClient, host: str) -> None:
    assert browser.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_from_elsewhere_does_nothing_on_any_page(
    app: Flask, operator: Person, headers: dict[str, str]
) -> None:
    for path in posts(app):
        answer = operator.browser.post(path, data={"csrf": operator.csrf}, headers=headers)
        assert answer.status_code == 403, path


def test_our_own_forms_are_taken(operator: Person) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert (
        operator.browser.post("/sign-out", data={"csrf": operator.csrf}, headers=headers).status_code == 303
    )


def test_every_form_needs_somebody_signed_in_and_their_own_token(
    app: Flask, browser: FlaskClient, operator: Person
) -> None:
    guarded = [path for path in posts(app) if not path.startswith(("/sign-in", "/admitted", "/pair"))]
    assert len(guarded) >= 6
    for path in guarded:
        assert browser.post(path).status_code == 401, path
        assert operator.browser.post(path).status_code == 403, path
        assert operator.browser.post(path, data={"csrf": "0" * 64}).status_code == 403, path
        assert operator.browser.post(path, data={"csrf": "é"}).status_code == 403, path


def test_pages_tell_browsers_to_say_where_a_form_comes_from(browser: FlaskClient) -> None:
    headers = browser.get("/sign-in").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
