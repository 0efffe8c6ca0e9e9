"""The chapter for stewards, on the box, with its picture."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_the_stewards_chapter_stands_in_the_manual_with_its_picture(browser: FlaskClient) -> None:
    page = browser.get("/help/steward")
    assert page.status_code == 200
    assert "Letting people in" in page.text
    picture = browser.get("/help/pictures/desk.png")
    assert 'src="pictures/desk.png"' in page.text
    assert picture.data.startswith(b"\x89PNG")
    assert picture.mimetype == "image/png"
    assert browser.get("/help/pictures/..%2Fsteward.md").status_code == 404
