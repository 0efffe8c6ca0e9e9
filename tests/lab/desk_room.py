"""A door with stewards: the portal's verbs at their socket, the real console in front, phones signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.store.console_rows import Role
from lab.audience import hidden
from webui.console.console import Console


@dataclass
class Steward:
    """A signed-in phone at the desk."""

    browser: FlaskClient
    csrf: str

    @classmethod
    def signed_in(cls, app: Flask, console: Console, role: Role = Role.STEWARD) -> Steward:
        browser = app.test_client()
        answer = browser.post(f"/sign-in/{console.sessions.new_link(role)}")
        assert answer.headers["Location"] == ("/desk" if role is Role.STEWARD else "/remote")
        return cls(browser, hidden(browser.get("/desk").text, "csrf"))

    def nonce(self) -> str:
        return hidden(self.browser.get("/desk").text, "nonce")

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.browser.post(path, data={"csrf": self.csrf, "nonce": self.nonce(), **fields})

    def scan(self, text: str, **fields: str) -> str:
        """What the page says of it, in large letters, or the sentence why not."""
        return said(self.post("/desk/enter", text=text, **fields).text)

    def inside(self) -> int:
        found = re.search(r"<b>(\d+)</b> <span>", self.browser.get("/desk").text)
        assert found
        return int(found[1])


def said(page: str) -> str:
    found = re.search(r'class="(?:verdict|lead)">([^<]+)<', page)
    assert found, page
    return found[1]
