"""A card that was copied, or put back: both of them push, and nothing is lost or double."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from appliance.paths import Paths
from lab.outbox_owners import Owners, arrived
from lab.pushing_box import Box


def test_an_outbox_that_was_replaced_is_read_from_its_beginning(box: Box, tmp_path: Path) -> None:
    for _ in range(3):
        box.owners.fact()
    box.push_all()
    box.owners.close()
    for path in box.paths.root.glob("show.db*"):
        path.unlink()
    box.owners = Owners(box.paths, clock=box.clock)
    fresh = {box.owners.fact() for _ in range(2)}
    box.start()
    box.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert fresh <= set(found.rows)
    assert not found.double


def test_an_old_card_come_back_to_life_overwrites_nothing_and_loses_nothing(box: Box, tmp_path: Path) -> None:
    box.owners.fact()
    box.push_all()
    one, other = two_cards(box, tmp_path)
    mine = one.owners.fact()
    theirs = other.owners.fact()
    one.push_all()
    other.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert {mine, theirs} <= set(found.rows)
    assert not found.double
    one.owners.close()
    other.owners.close()


def test_an_old_card_that_lives_again_without_uplink_loses_nothing(box: Box, tmp_path: Path) -> None:
    for _ in range(2):
        box.owners.fact()
    box.push_all()
    one, other = two_cards(box, tmp_path)
    for _ in range(3):
        one.owners.fact()
    one.owners.person()
    one.push_all()
    folder, away = tmp_path / "bucket", tmp_path / "pulled-out"
    folder.rename(away)
    for _ in range(4):
        other.owners.fact()
    other.owners.person()
    with pytest.raises(MatineeError):
        other.push_all()
    other.start()  # and a restart between plan and put
    with pytest.raises(MatineeError):
        other.push_all()
    away.rename(folder)
    other.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written | one.owners.written | other.owners.written
    assert not found.double
    one.owners.close()
    other.owners.close()


def test_what_was_planned_before_the_card_was_copied_arrives_once(box: Box, tmp_path: Path) -> None:
    folder, away = tmp_path / "bucket", tmp_path / "pulled-out"
    folder.rename(away)
    box.owners.fact()
    with pytest.raises(MatineeError):
        box.push_all()
    away.rename(folder)
    one, other = two_cards(box, tmp_path)
    for card in (one, other):
        card.owners.fact()
        card.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written | one.owners.written | other.owners.written
    assert not found.double
    one.owners.close()
    other.owners.close()


def two_cards(box: Box, tmp_path: Path) -> tuple[Box, Box]:
    """Copy the card while the box is off; both of them start."""
    copy = tmp_path / "old-card"
    box.owners.close()
    box.rows._database.close()  # noqa: SLF001 off
    shutil.copytree(box.paths.root, copy)
    folder = tmp_path / "bucket"
    return Box(box.paths, folder, box.clock), Box(Paths(copy), folder, box.clock)
