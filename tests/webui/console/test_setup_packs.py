"""Format packs on Setup: who signed is said; an evening begins with one, its pictures come along."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from appliance.cli.root import matinee
from appliance.clock import HeldClock, RealClock
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.paths import Paths
from appliance.store.console_rows import Role, StaffRows
from cache.boards import this_board
from lab.format_pack import files
from lab.staff_room import Person, signed_in_as, until
from provisioning.cloud.keys import make_keys
from provisioning.fitting import Fitting
from provisioning.load_desk import LoadDesk
from provisioning.media_door import sync_door
from webui.console.console import Console


@pytest.fixture
def owner(app: Flask, console: Console, rows: StaffRows, clock: HeldClock) -> Person:
    return signed_in_as(app, console, rows, clock, Role.ORGANISER)


@pytest.fixture
def pack(tmp_path: Path) -> bytes:
    """As the maker's own command line writes it."""
    folder = tmp_path / "format"
    folder.mkdir()
    for name, content in files().items():
        (folder / name).write_bytes(content)
    make_keys(tmp_path / "maker", RealClock())
    out = tmp_path / "gaslight-hour.matinee-pack"
    words = ["cloud", "pack", str(folder), "--folder", str(tmp_path / "maker"), "--out", str(out)]
    run = CliRunner().invoke(matinee, words)
    assert run.exit_code == 0, run.output
    assert "Your key says:" in run.output
    return out.read_bytes()


def bring(owner: Person, content: bytes) -> tuple[int, str]:
    form = {"csrf": owner.csrf, "pack": (io.BytesIO(content), "a.matinee-pack")}
    answer = owner.browser.post("/setup/packs", data=form)
    return answer.status_code, answer.text


def test_a_pack_is_taken_in_shown_used_taken_away_and_brought_back(
    owner: Person, console: Console, pack: bytes
) -> None:
    assert "None is here" in owner.browser.get("/setup/packs").text
    assert bring(owner, pack)[0] == 303
    page = owner.browser.get("/setup/packs").text
    assert "Harbour Film Club" in page
    assert console.packs.all()[0].signer in page
    assert "Licensed to Kino Gaslight" in page
    assert "The Gaslight Hour" in owner.browser.get("/setup/event").text
    begun = owner.post("/setup/event/new", title="Salt", starts="2026-11-27T20:00", template="gaslight-hour")
    assert "The Gaslight zine" in owner.browser.get(begun.headers["Location"]).text
    assert owner.post("/setup/packs/gaslight-hour/remove").status_code == 303
    assert "The Gaslight Hour" not in owner.browser.get("/setup/event").text
    assert "was taken away" in owner.browser.get("/setup/packs").text
    assert owner.post("/setup/packs/undo").status_code == 303
    assert "The Gaslight Hour" in owner.browser.get("/setup/event").text
    assert owner.post("/setup/packs/nothing/remove").status_code == 404


def test_an_unsigned_one_is_refused_in_one_sentence(owner: Person, pack: bytes) -> None:
    status, page = bring(owner, pack.replace(b"minisig", b"minisog"))
    assert (status, "is not signed, or was changed after it was signed" in page) == (422, True)
    assert bring(owner, b"")[0] == 422
    stolen = owner.post("/setup/packs", stick="/etc/passwd")
    assert (stolen.status_code, "root:" in stolen.text) == (422, False)


def test_only_who_owns_the_box_takes_one_in(owner: Person, operator: Person, pack: bytes) -> None:
    assert owner
    assert bring(operator, pack)[0] == 403
    assert operator.browser.get("/setup/packs").status_code == 403


def test_its_picture_comes_onto_the_box_with_the_evening(console: Console, paths: Paths, pack: bytes) -> None:
    console.packs.take(pack)
    text = files()["format.toml"].decode().replace('film = "film.mp4"\n', "").replace('"short"', '"card"')
    head = '[event]\nid = "salt"\ntitle = "Salt"\nstarts = 2026-11-27T20:00:00+01:00\n'
    head = f'matinee = 1\n{head}[venue]\nname = "Here"\n[organiser]\nname = "Ada"\n'
    whole = head + text.replace("‹title›", "Salt").replace("‹film: the film›", "Film")
    stood_by: list[EventId] = []
    desk = LoadDesk(paths, sync_door(paths), Fitting(this_board()), stood_by.append, console.packs.picture)
    desk.take("draft", whole, {})
    until(lambda: not desk.state().busy)
    assert desk.state().fault == ""
    assert stood_by == ["salt"]
    event = event_manifest.read(paths.events / "salt" / "event.toml")
    assert event.programme.pictures == ("gaslight-hour-mark.png",)
    assert list((paths.events / "salt" / "pictures").iterdir())
