"""The organiser's signed file, and giving the box away."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from appliance.cli.root import matinee
from appliance.clock import HeldClock, RealClock
from appliance.config import load
from appliance.errors import MatineeError
from appliance.paths import Paths
from appliance.requested import WHOLE_CARD, Requests, Wanted
from appliance.store.console_rows import Role, StaffRows
from lab.staff_room import WORDS, Person, signed_in_as
from provisioning import box_file, key_request
from provisioning.cloud.keys import make_keys
from webui.console.console import Console


@pytest.fixture
def owner(app: Flask, console: Console, rows: StaffRows, clock: HeldClock) -> Person:
    return signed_in_as(app, console, rows, clock, Role.ORGANISER)


def made(folder: Path, *more: str) -> bytes:
    if not folder.exists():
        make_keys(folder, RealClock())
        (folder / "bucket.toml").write_text('[bucket]\nendpoint = "https://s3.example"\nname = "mine"\n')
    out = folder / box_file.NAME
    run = CliRunner().invoke(
        matinee, ["cloud", "box-file", "--folder", str(folder), "--out", str(out), *more]
    )
    assert run.exit_code == 0, run.output
    return out.read_bytes()


def bring(owner: Person, content: bytes) -> int:
    form = {"csrf": owner.csrf, "file": (io.BytesIO(content), "box.matinee")}
    return owner.browser.post("/setup/box/file", data=form).status_code


def test_the_organisers_file_makes_the_box_theirs_and_only_their_next_one_changes_it(
    owner: Person, paths: Paths, tmp_path: Path
) -> None:
    ours = made(tmp_path / "ours", "--name", "Gaslight", "--wifi", "Venue", "correct horse")
    assert bring(owner, ours) == 303
    config = load(paths)
    assert (config.box.name, config.bucket.name, len(config.people.recipients)) == ("Gaslight", "mine", 2)
    assert "Venue" in Requests(paths.requests).text(Wanted.WIFI)
    assert "the Wi-Fi Venue" in owner.browser.get("/setup/box").text
    theirs = made(tmp_path / "theirs", "--name", "Stolen")
    assert bring(owner, theirs) == 400
    assert load(paths).box.name == "Gaslight"
    assert bring(owner, made(tmp_path / "ours", "--name", "Renamed")) == 303
    assert load(paths).box.name == "Renamed"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.replace(b"Gaslight", b"Gaslamps"),
        lambda file: file.partition(b"# signature")[0],
        lambda _: b"",
        lambda file: file * 40,
        lambda file: file.replace(b"RW", b"WR"),
        lambda _: b'[box]\nname = "x"\n# signature\n# a\n# b\n',
    ],
    ids=["changed", "cut off", "empty", "huge", "no key", "no keys"],
)
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    file = made(tmp_path / "ours", "--name", "Gaslight")
    assert box_file.read(file, []).settings["box"] == {"name": "Gaslight"}
    assert box_file.read(file.replace(b"\n", b"\r\n"), []).settings["box"] == {"name": "Gaslight"}
    with pytest.raises(MatineeError):
        box_file.read(spoil(file), [])


def test_a_reset_asks_for_name_and_passphrase_and_can_be_taken_back(owner: Person, paths: Paths) -> None:
    requests = Requests(paths.requests)
    assert owner.post("/setup/box/reset", name="Matinee", old="no").status_code == 400
    assert owner.post("/setup/box/reset", name="Other", old=WORDS).status_code == 400
    assert not requests.is_there(Wanted.RESET)
    assert owner.post("/setup/box/reset", name="Matinee", old=WORDS).status_code == 303
    assert requests.is_there(Wanted.RESET)
    assert "forgets everything" in owner.browser.get("/setup/box").text
    assert owner.post("/setup/box/keep").status_code == 303
    assert not requests.is_there(Wanted.RESET)


def test_a_reset_may_take_free_space_along(owner: Person, paths: Paths) -> None:
    asked = owner.post("/setup/box/reset", name="Matinee", old=WORDS, whole="yes")
    assert asked.status_code == 303
    assert WHOLE_CARD in Requests(paths.requests).text(Wanted.RESET)
    assert "Free space is overwritten, too" in owner.browser.get("/setup/box").text


def test_an_operator_beside_an_organiser_does_neither(owner: Person, operator: Person) -> None:
    assert owner
    assert operator.browser.get("/setup/box").status_code == 403
    assert operator.post("/setup/box/reset", name="Matinee").status_code == 403
    assert bring(operator, b"") == 403


def test_the_box_asks_for_certificates_and_takes_in_what_the_organiser_answers(
    owner: Person, paths: Paths, tmp_path: Path
) -> None:
    paths.config_file.write_text('[box]\nid = "lab"\n')
    assert "not certified" in owner.browser.get("/setup/box").text
    assert owner.browser.get("/setup/box/keys").status_code == 303
    assert owner.post("/setup/box/keys").status_code == 303
    asked = owner.browser.get("/setup/box/keys")
    assert 'filename="lab.matinee-keys"' in asked.headers["Content-Disposition"]
    assert key_request.spoken(asked.data) in owner.browser.get("/setup/box").text
    (tmp_path / "lab.matinee-keys").write_bytes(asked.data)
    file = made(tmp_path / "ours", "--request", str(tmp_path / "lab.matinee-keys"))
    assert bring(owner, file) == 303
    page = owner.browser.get("/setup/box").text
    assert "certificates for this box&#39;s own keys" in page
    assert "not certified" not in page
    assert bring(owner, file) == 400
    owner.post("/setup/box/keys")
    owner.post("/setup/box/keys", **{"not": "yes"})
    assert "Waiting for your certificates" not in owner.browser.get("/setup/box").text
