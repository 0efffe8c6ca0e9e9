"""Films dropped into the window: whole or not there, whatever breaks."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.clock import RealClock
from cache.room import Room
from lab.small_film import make_film
from lab.window_pages import press, text_of
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.uploads import Uploads
from webui.organiser.window import EXTENSION

TUS = {"Tus-Resumable": "1.0.0"}


def begin(browser: FlaskClient, name: str, size: int) -> TestResponse:
    page = text_of(browser, "/start/name")
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    browser.environ_base["HTTP_X_CSRF_TOKEN"] = csrf
    said = {"Upload-Length": str(size), "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}"}
    return browser.post("/films/coming", headers={**TUS, **said})


def send(browser: FlaskClient, place: str, at: int, piece: bytes) -> TestResponse:
    headers = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}
    return browser.patch(place, headers=headers, data=piece)


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    return make_film(tmp_path / "tide.mp4", 1).read_bytes()


def test_a_film_that_came_in_two_pieces_is_whole(
    browser: FlaskClient, folder: OrganiserFolder, film: bytes
) -> None:
    place = begin(browser, "tide.mp4", len(film)).headers["Location"]
    half = len(film) // 2
    assert send(browser, place, 0, film[:half]).status_code == 204
    assert "on its way" in text_of(browser, "/films")
    assert browser.head(place).headers["Upload-Offset"] == str(half)
    assert send(browser, place, half, film[half:]).status_code == 204
    assert (folder.films / "tide.mp4").read_bytes() == film
    assert "on its way" not in text_of(browser, "/films")
    page = text_of(browser, "/films")
    assert "plays" in page
    assert "a Pi Zero 2 W" in page, "a verdict for each board"


def test_two_films_of_one_name_are_two_films(
    browser: FlaskClient, folder: OrganiserFolder, film: bytes
) -> None:
    for _ in range(2):
        send(browser, begin(browser, "../../tide.mp4", len(film)).headers["Location"], 0, film)
    assert sorted(path.name for path in folder.films.glob("[!.]*")) == ["tide 2.mp4", "tide.mp4"]
    assert press(browser, "/films/remove", film="tide 2.mp4").status_code == 303
    assert [path.name for path in folder.films.iterdir() if path.suffix == ".mp4"] == ["tide.mp4"]
    assert press(browser, "/films/remove", film="../organiser.key").status_code == 404


def test_what_is_no_film_is_said_and_gone(browser: FlaskClient, folder: OrganiserFolder) -> None:
    answer = send(browser, begin(browser, "notes.mp4", 5).headers["Location"], 0, b"notes")
    assert answer.status_code == 400
    assert "notes.mp4" in answer.get_data(as_text=True)
    assert not list((folder.folder / "coming").iterdir())
    assert "No film yet" in text_of(browser, "/films")


def test_a_full_disk_is_said_before_the_first_byte(
    app: Flask, browser: FlaskClient, folder: OrganiserFolder
) -> None:
    coming = folder.folder / "coming"
    full = Uploads(coming, RealClock(), Room(coming, free=lambda _: 1_000_000))
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], uploads=full)
    answer = begin(browser, "tide.mp4", 5_000_000)
    assert answer.status_code == 413
    assert "MB are missing" in answer.get_data(as_text=True)
    assert not list(coming.iterdir())
