"""Pages of the organiser's window, as a browser without script asks for them."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart


def text_of(browser: FlaskClient, path: str) -> str:
    """A page that is there."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def press(browser: FlaskClient, path: str, **form: object) -> TestResponse:
    """Send a form of ours."""
    page = text_of(browser, "/start/name")
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    # Made here: the client would leave the temporary file of a large form open.
    files = {name: FileStorage(*value) for name, value in form.items() if isinstance(value, tuple)}
    boundary, sent = encode_multipart({**form, **files, "csrf": csrf})
    return browser.post(path, data=sent, content_type=f"multipart/form-data; boundary={boundary}")
