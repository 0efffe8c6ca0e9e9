"""What attendees learn never to type here, they do not type into a twin of the box's Wi-Fi either."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from lab.audience import Phone

ASKED = re.compile(
    r"type=\"password\"|autocomplete=\"(?:cc-|current-password|new-password|one-time-code)"
    r"|name=\"[^\"]*(?:passw|card|cvc|cvv|iban|pin\b)",
    re.IGNORECASE,
)
"""A field for a secret, a card or an account, by how browsers know them."""
FORM_ACTION = "form-action 'self'"


def pages(client: FlaskClient, phone: Phone) -> dict[str, tuple[str, str]]:
    """Policy and words of every page of the attendees, their pass among them."""
    app: Flask = client.application
    own = f"/pass/{phone.capability(name='Ada')}"
    plain = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "<" not in rule.rule
    ]
    answers = {path: client.get(path) for path in [*sorted(plain), own, f"{own}/receipt", "/help/attendees"]}
    return {
        path: (answer.headers.get("Content-Security-Policy", ""), answer.text)
        for path, answer in answers.items()
        if answer.mimetype == "text/html"
    }


def test_no_page_of_the_attendees_asks_for_a_password_or_a_card(client: FlaskClient, phone: Phone) -> None:
    found = pages(client, phone)
    assert len(found) > 8
    assert [path for path, (_, text) in found.items() if ASKED.search(text)] == []
    assert [path for path, (policy, _) in found.items() if FORM_ACTION not in policy] == []
    assert [path for path, (policy, _) in found.items() if "frame-ancestors 'none'" not in policy] == []


def test_a_page_that_asks_for_one_would_be_found() -> None:
    for field in (
        '<input type="password" name="x">',
        '<input name="card_number">',
        '<input autocomplete="cc-number" name="n">',
        '<input name="Passwort">',
    ):
        assert ASKED.search(field)
