from __future__ import annotations

import errno
import os
import subprocess
import threading
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.sealing_age import AgeSealer, open_sealed
from provisioning.cloud.keys import (
    ORGANISER,
    RECIPIENTS,
    RECOVERY,
    make_keys,
    read_recipients,
    read_secret,
    recovery_sheet,
)
from provisioning.cloud.publish_key import PUBLIC, SECRET, ensure_publish_key


@pytest.fixture
def folder(tmp_path: Path, clock: HeldClock) -> Path:
    return make_keys(tmp_path / "keys", clock).folder


def test_keys_are_readable_by_their_owner_only(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in (ORGANISER, RECOVERY, RECIPIENTS):
        assert (folder / name).stat().st_mode & 0o777 == 0o600


def test_either_key_opens_what_was_sealed_to_both(folder: Path) -> None:
    sealed = AgeSealer(read_recipients(folder)).seal(b"Ada")
    for name in (ORGANISER, RECOVERY):
        assert open_sealed(sealed, read_secret(folder / name)) == b"Ada"


@pytest.mark.parametrize("name", [ORGANISER, RECOVERY])
def test_the_standard_age_tool_opens_with_either_file(folder: Path, name: str) -> None:
    sealed = AgeSealer(read_recipients(folder)).seal(b"Ada")
    opened = subprocess.run(
        ["age", "-d", "-i", str(folder / name)], input=b64decode(sealed), capture_output=True, check=True
    )
    assert opened.stdout == b"Ada"


def test_the_standard_age_tool_seals_to_the_recipients_file(folder: Path) -> None:
    sealed = subprocess.run(
        ["age", "-R", str(folder / RECIPIENTS)], input=b"Ada", capture_output=True, check=True
    ).stdout
    opened = subprocess.run(
        ["age", "-d", "-i", str(folder / ORGANISER)], input=sealed, capture_output=True, check=True
    )
    assert opened.stdout == b"Ada"


@pytest.mark.parametrize("name", [ORGANISER, RECOVERY, RECIPIENTS])
def test_no_key_is_ever_overwritten(tmp_path: Path, clock: HeldClock, name: str) -> None:
    (tmp_path / name).write_text("precious")
    with pytest.raises(MatineeError) as refused:
        make_keys(tmp_path, clock)
    assert refused.value.key == "cloud.keys_exist"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "precious"


def test_the_recovery_sheet_alone_is_enough(folder: Path, tmp_path: Path) -> None:
    sealed = AgeSealer(read_recipients(folder)).seal(b"Ada")
    sheet = recovery_sheet(folder)
    typed = tmp_path / "typed.key"
    typed.write_text(next(line.strip().lower() for line in sheet.splitlines() if "AGE-SECRET-KEY-1" in line))
    assert open_sealed(sealed, read_secret(typed)) == b"Ada"
    assert "2026-11-27" in sheet
    assert read_secret(folder / ORGANISER) not in sheet


def test_a_folder_without_keys_and_a_file_without_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(MatineeError) as missing:
        read_secret(tmp_path)
    assert missing.value.key == "cloud.keys_missing"
    (tmp_path / "x.key").write_text("AGE-SECRET-KEY-1NOTAKEY")
    with pytest.raises(MatineeError) as wrong:
        read_secret(tmp_path / "x.key")
    assert wrong.value.key == "cloud.keys_unreadable"
    assert "NOTAKEY" not in wrong.value.sentence


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path, clock: HeldClock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MatineeError) as refused:
        make_keys(tmp_path / "file" / "keys", clock)
    assert refused.value.key == "cloud.keys_not_written"


class PowerCut(BaseException):
    """Nothing is cleaned up."""


@pytest.mark.parametrize("nth", range(1, 9))
def test_cut_off_anywhere_there_are_all_three_files_after_the_next_start_and_no_key_is_lost(
    tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    folder = tmp_path / "keys"
    renames = iter(range(1, 100))
    rename = Path.rename

    def cut(path: Path, target: Path) -> Path:
        if next(renames) == nth:
            raise PowerCut
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", cut)
    try:
        make_keys(folder, clock)
    except PowerCut:
        seen = [name for name in (ORGANISER, RECOVERY, RECIPIENTS) if (folder / name).exists()]
        kept = {name: (folder / name).read_bytes() for name in seen}
        assert RECIPIENTS not in seen or len(seen) == 3
        monkeypatch.undo()
        made = make_keys(folder, clock)
        assert all((folder / name).read_bytes() == content for name, content in kept.items())
        assert read_recipients(folder) == made.recipients
    sealed = AgeSealer(read_recipients(folder)).seal(b"Ada")
    for name in (ORGANISER, RECOVERY):
        assert open_sealed(sealed, read_secret(folder / name)) == b"Ada"
    assert sorted(path.name for path in folder.iterdir()) == sorted((ORGANISER, RECIPIENTS, RECOVERY))


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_disk_that_fills_up_leaves_none_of_the_three(
    tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    flushes = iter(range(1, 100))

    def full(_: int) -> None:
        if next(flushes) >= nth:
            raise OSError(errno.ENOSPC, "no room")

    tmp_path.chmod(0o700)
    (tmp_path / "bucket.toml").write_text("")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MatineeError) as refused:
        make_keys(tmp_path, clock)
    assert refused.value.key == "cloud.keys_not_written"
    assert [path.name for path in tmp_path.iterdir()] == ["bucket.toml"]


def test_the_names_of_the_keys_are_flushed(
    tmp_path: Path, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []

    def noted(handle: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{handle}").readlink())

    monkeypatch.setattr(os, "fsync", noted)
    make_keys(tmp_path / "keys", clock)
    assert flushed[-1] == tmp_path / "keys"
    assert tmp_path in flushed


def test_of_many_who_make_the_publish_key_at_once_all_have_the_same(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def make(_: int) -> str:
        start.wait()
        return ensure_publish_key(tmp_path / "organiser").public_key

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(make, range(8)))
    assert len(found) == 1
    assert found.pop() in (tmp_path / "organiser" / PUBLIC).read_text()
    assert sorted(path.name for path in (tmp_path / "organiser").iterdir()) == [SECRET, PUBLIC]


def test_a_folder_that_knows_no_hard_links_gets_its_publish_key_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick with exFAT."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    made = ensure_publish_key(tmp_path / "organiser").public_key
    assert ensure_publish_key(tmp_path / "organiser").public_key == made
    assert sorted(path.name for path in (tmp_path / "organiser").iterdir()) == [SECRET, PUBLIC]
