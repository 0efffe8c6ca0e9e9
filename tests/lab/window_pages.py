"""Pages of the organiser's window, as a browser without script asks for them."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def text_of(browser: FlaskClient, path: str) -> str:
    """A page that is there."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def press(browser: FlaskClient, path: str, **form: object) -> TestResponse:
    """Send a form of ours."""
    page = text_of(browser, "/start/name")
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    return browser.post(path, data={**form, "csrf": csrf})
