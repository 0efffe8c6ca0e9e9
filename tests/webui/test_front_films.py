"""Films through the front door: the portal says who may have them, nginx sends them."""

from __future__ import annotations

import hashlib

import pytest

from lab.front_box import FrontBox

OWN = "matinee.internal"
TRAILER = f"{0:064x}"
CONTENT = bytes(range(256)) * 4000


@pytest.fixture
def film(front_box: FrontBox) -> str:
    path = front_box.paths.media / TRAILER[:2] / TRAILER
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(CONTENT)
    return f"/media/{TRAILER}"


def test_nginx_sends_them_without_being_told_to(front_box: FrontBox, film: str) -> None:
    whole = front_box.ask(film, OWN)
    assert hashlib.sha256(whole.body).digest() == hashlib.sha256(CONTENT).digest()
    assert whole.headers["ETag"] == f'"{TRAILER}"'
    assert "X-Accel-Redirect" not in whole.headers
    part = front_box.ask(film, OWN, Range="bytes=100-199")
    assert (part.status, part.body) == (206, CONTENT[100:200])
    assert front_box.ask(film, OWN, If_None_Match=f'"{TRAILER}"').status == 304


def test_nobody_comes_at_a_film_past_the_portal(front_box: FrontBox, film: str) -> None:
    assert film
    for path in (
        f"/films/{TRAILER[:2]}/{TRAILER}",
        f"/films/00/../00/{TRAILER}",
        "/films/",
        f"/media/{1:064x}",
    ):
        assert front_box.ask(path, OWN).status == 404, path


def test_a_phone_that_says_it_is_nginx_gets_nothing_more(front_box: FrontBox, film: str) -> None:
    told = front_box.ask(film, OWN, X_Own_Address="127.0.0.1", X_Accel_Redirect="/films/x")
    assert (told.status, len(told.body)) == (200, len(CONTENT))
