"""The window's formats, and a WebDAV folder as the place where everything meets; asked without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.manifest import event_manifest
from lab.webdav import webdav_server
from lab.window_pages import press, text_of
from provisioning import templating
from provisioning.cloud.organiser_folder import OrganiserFolder

FORMATS = [one.id for one in templating.templates()]


def answers(page: str) -> dict[str, str]:
    """Something for every hole that the form asks for."""
    names = [part.partition('"')[0] for part in page.split('name="hole-')[1:]]
    said = {"starts": "2026-12-04T20:00", "series": "harbour", "contact": "us@example.org"}
    return {f"hole-{name}": said.get(name, f"Some {name}") for name in names}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_becomes_an_event_by_saying_what_is_open(
    browser: FlaskClient, folder: OrganiserFolder, name: str
) -> None:
    page = text_of(browser, f"/events/format?format={name}")
    assert "hole-title" in page
    made = press(browser, "/events/format", format=name, **answers(page))
    assert made.status_code == 303, made.text
    event = made.headers["Location"].removeprefix("/events/")
    found = event_manifest.read(folder.events / event / "event.toml")
    assert (found.title, found.organiser.name) == ("Some title", folder.identity().name)


def test_a_hole_that_is_left_open_is_named_and_what_was_typed_stays(browser: FlaskClient) -> None:
    page = text_of(browser, "/events/format?format=listening-room")
    said = {**answers(page), "hole-guest": "", "hole-title": "Salt & <b>Sand</b>"}
    made = press(browser, "/events/format", format="listening-room", **said)
    assert made.status_code == 422
    assert "who talks about it" in made.text
    assert "Salt &amp; &lt;b&gt;Sand&lt;/b&gt;" in made.text
    assert press(browser, "/events/format", format="yacht", **said).status_code == 400


def test_two_evenings_of_one_title_and_day_are_two(browser: FlaskClient) -> None:
    page = text_of(browser, "/events/format?format=ritual")
    places = {
        press(browser, "/events/format", format="ritual", **answers(page)).headers["Location"] for _ in "ab"
    }
    assert places == {"/events/some-title-2026-12-04", "/events/some-title-2026-12-04-2"}


def test_a_webdav_folder_is_tried_and_kept(
    browser: FlaskClient, folder: OrganiserFolder, tmp_path: Path
) -> None:
    with webdav_server(tmp_path / "dav") as dav:
        said = {"kind": "webdav", "webdav": dav.webdav, "user": dav.access_key}
        refused = press(browser, "/start/place", **said, password="hush-hush")
        assert refused.status_code == 422
        assert "name and password" in refused.text
        assert "hush-hush" not in refused.text
        assert press(browser, "/start/place", **said, password=dav.secret_key).status_code == 303
        kept = folder.settings()
        assert (kept.webdav, kept.access_key, kept.endpoint, kept.folder) == (dav.webdav, "club", "", "")
        page = text_of(browser, "/start/place")
        assert dav.secret_key not in page
        assert press(browser, "/start/place", **said, password="").status_code == 303  # the known one


def test_a_letter_with_nothing_to_tell_says_so(browser: FlaskClient) -> None:
    assert "nothing to tell yet" in text_of(browser, "/digest")
