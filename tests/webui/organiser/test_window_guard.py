"""Who may use the window: this computer, the browser that was let in, our own forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.paths import Paths
from provisioning.cloud.organiser_folder import Identity, OrganiserFolder
from webui.organiser.door import Door, Note, new_address, read_note, write_note
from webui.organiser.service import open_window

ADDRESS = "http://127.0.0.1:8123"


@pytest.fixture
def folder(tmp_path: Path) -> OrganiserFolder:
    folder = OrganiserFolder(tmp_path / "organiser", Paths(tmp_path / "no-box"))
    folder.folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def note(folder: OrganiserFolder) -> Note:
    return write_note(folder.folder, ADDRESS)


@pytest.fixture
def app(folder: OrganiserFolder, note: Note, clock: HeldClock) -> Flask:
    app = open_window(folder, ADDRESS, Door(note.secret), clock)
    app.config["SERVER_NAME"] = "127.0.0.1:8123"  # what the test's browser says as Host
    return app


def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def csrf_on(client: FlaskClient) -> str:
    page = client.get("/start/name").get_data(as_text=True)
    return page.partition('name="csrf" value="')[2].partition('"')[0]


@pytest.fixture
def inside(app: Flask, note: Note) -> FlaskClient:
    client = browser(app)
    assert client.get(new_address(note).removeprefix(ADDRESS)).status_code == 303
    return client


def test_an_address_opens_one_browser_once(app: Flask, note: Note) -> None:
    address = new_address(note).removeprefix(ADDRESS)
    first, second = browser(app), browser(app)
    assert first.get(address).status_code == 303
    assert second.get(address).status_code == 403
    assert second.get("/").status_code == 403
    assert first.get(address).status_code == 303, "the page that is opened again in the same browser"
    assert first.get("/start/name").status_code == 200


@pytest.mark.parametrize("ticket", ["x", "x.y", ".", "x." + "0" * 64, "%00.é"])
def test_a_guessed_address_opens_nothing(app: Flask, ticket: str) -> None:
    assert browser(app).get(f"/open/{ticket}").status_code == 403


def test_the_note_is_readable_by_this_user_alone(folder: OrganiserFolder, note: Note) -> None:
    assert (folder.folder / "window.json").stat().st_mode & 0o777 == 0o600
    assert read_note(folder.folder) == note


@pytest.mark.parametrize(
    "host", ["evil.example:8123", "127.0.0.1", "127.0.0.1:80", "localhost.evil:8123", ""]
)
def test_another_host_name_gets_nothing(inside: FlaskClient, host: str) -> None:
    answer = inside.get("/start/name", headers={"Host": host})
    assert answer.status_code in {400, 421}
    assert "csrf" not in answer.get_data(as_text=True)


def test_a_foreign_form_changes_nothing(inside: FlaskClient, folder: OrganiserFolder) -> None:
    form = {"name": "Mallory", "csrf": csrf_on(inside)}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert inside.post("/start/name", data=form, headers=headers).status_code == 403
    assert inside.post("/start/name", data={"name": "Mallory"}).status_code == 403
    assert inside.post("/start/name", data={**form, "csrf": "0" * 64}).status_code == 403
    assert folder.identity() == Identity()
    assert inside.post("/start/name", data=form).status_code == 303
    assert folder.identity().name == "Mallory"


def test_pages_are_closed_to_who_was_not_let_in(app: Flask) -> None:
    client = browser(app)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "look.stylesheet":
            assert client.get(rule.rule).status_code == 403, rule.rule


def test_a_word_back_leads_to_our_own_pages_only(inside: FlaskClient) -> None:
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"):
        answer = inside.post("/work/dismiss", data={"csrf": csrf_on(inside), "back": back})
        assert answer.headers["Location"] == "/"
