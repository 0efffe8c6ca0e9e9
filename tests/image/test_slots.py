"""System slots: written while the other one runs, tried once, left by itself."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from slot_box import Box, make_all, slots

pytestmark = [
    pytest.mark.skipif(shutil.which("minisign") is None, reason="needs minisign"),
    pytest.mark.skipif(shutil.which("zstd") is None, reason="needs zstd (make image)"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_all(tmp_path_factory.mktemp("made"))


@pytest.fixture
def box(tmp_path: Path, made: Path) -> Box:
    return Box(tmp_path, made)


def test_a_newer_system_is_tried_at_the_next_start_and_counts_once_it_came_up(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    assert box.card.environment() == {"slot": "a", "try": "b"}
    assert box.switch_on() == "0.2.0"
    assert box.card.environment() == {"slot": "a", "try": ""}, "until it came up, the old one counts"
    box.come_up()
    assert [box.switch_on() for _ in range(3)] == ["0.2.0"] * 3
    box.bring("matinee-0.3.0-amd64.mts")
    box.take()
    assert (box.switch_on(), box.card.running, box.version_in("b")) == ("0.3.0", "a", "0.2.0")


def test_one_that_does_not_come_up_is_left_and_not_tried_for_ever(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    assert box.switch_on() == "0.2.0"
    slots.failed(box.shelf, box.card)
    assert [box.switch_on() for _ in range(3)] == ["0.1.0", "0.1.0", "0.1.0"]
    assert "given up" in box.shelf.read("report.txt")
    box.shelf.drop("seen")
    box.take()
    assert box.card.environment()["try"] == ""
    assert "tried before and given up" in box.shelf.read("report.txt")


def test_one_plug_pulled_while_it_is_tried_does_not_condemn_it(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    assert [box.switch_on(), box.switch_on()] == ["0.2.0", "0.1.0"]
    assert "tried once more" in box.shelf.read("report.txt")
    assert box.switch_on() == "0.2.0"
    box.come_up()
    assert [box.switch_on() for _ in range(2)] == ["0.2.0"] * 2


def test_one_that_ends_twice_is_given_up(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    found = [box.switch_on() for _ in range(6)]
    assert found == ["0.2.0", "0.1.0", "0.2.0", "0.1.0", "0.1.0", "0.1.0"], "and never two bad starts in turn"
    assert "given up" in box.shelf.read("report.txt")


def test_what_counts_is_not_condemned_by_a_start_that_went_badly(box: Box) -> None:
    slots.failed(box.shelf, box.card)
    assert box.shelf.read("failed") == ""


def test_a_system_on_trial_takes_no_other(box: Box) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    box.take()
    box.switch_on()
    box.bring("matinee-0.3.0-amd64.mts")
    box.take()
    assert box.version_in("a") == "0.1.0", "what it could fall back to is still there"
    assert "itself being tried" in box.shelf.read("report.txt")


def spoil(box: Box, how: str) -> None:
    """Bring a bundle that must not be taken."""
    name = {"too-large": "matinee-0.4.0-amd64.mts", "other-board": "matinee-0.2.0-arm64.mts"}.get(
        how, "matinee-0.2.0-amd64.mts"
    )
    here = box.bring(name, "stranger" if how == "stranger" else "")
    signature = here.with_name(f"{here.name}.minisig")
    if how == "unsigned":
        signature.unlink()
    elif how == "truncated":
        here.write_bytes(here.read_bytes()[:-64])
    elif how == "altered":
        data = bytearray(here.read_bytes())
        data[len(data) // 2] ^= 1
        here.write_bytes(data)
    elif how in {"renamed", "board-renamed"}:
        wrong = "matinee-0.9.0-amd64.mts" if how == "renamed" else "matinee-0.2.0-arm64.mts"
        here.rename(here.with_name(wrong))
        signature.rename(here.with_name(f"{wrong}.minisig"))


BAD = {
    "unsigned": "not signed",
    "stranger": "not of anybody whom this image trusts",
    "truncated": "or it is damaged",
    "altered": "or it is damaged",
    "renamed": "different systems",
    "board-renamed": "different systems",
    "other-board": "for another board (arm64; this one is amd64)",
    "older": "not newer than 0.2.0",
    "no-key": "trusts nobody",
    "too-large": "larger than a slot",
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_one_is_refused_with_its_reason_and_what_runs_goes_on(box: Box, how: str) -> None:
    card = box.card
    version = "0.2.0" if how == "older" else card.version
    keys = () if how == "no-key" else card.keys
    box.card = slots.Card("a", card.slots, card.boot, version, card.arch, keys)
    spoil(box, how)
    box.take()
    assert BAD[how] in box.shelf.read("report.txt")
    assert box.card.environment() == {"slot": "a", "try": ""}
    assert box.version_in("b") == "0.0.9", "nothing of it was written"
    assert box.switch_on() == "0.1.0"


def test_a_card_that_does_not_keep_what_it_was_given_is_noticed(box: Box, tmp_path: Path) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    places = {**box.card.slots, "b": tmp_path / "swallows"}
    places["b"].symlink_to("/dev/full")
    box.card = slots.Card("a", places, box.card.boot, "0.1.0", "amd64", box.card.keys)
    box.take()
    assert "was not taken" in box.shelf.read("report.txt")
    assert box.card.environment()["try"] == ""


def test_a_stick_that_was_pulled_out_is_read_again_when_it_is_back(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.bring("matinee-0.2.0-amd64.mts")
    tool = tmp_path / "bin/zstd"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\n{shutil.which("zstd")} "$@" | head -c 5000000\nexit 1\n')
    tool.chmod(0o755)
    with monkeypatch.context() as pulled:
        pulled.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
        box.take()
    assert "could not be read to its end" in box.shelf.read("report.txt")
    assert box.version_in("b") == ""
    assert [box.switch_on(), box.card.environment()["try"]] == ["0.1.0", ""]
    box.take()
    assert box.switch_on() == "0.2.0"
