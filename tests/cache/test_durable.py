"""One way to write a file whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from cache.durable import write_flushed, write_whole


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what was flushed, in order."""
    names: list[str] = []
    flush = os.fsync

    def noted(handle: int) -> None:
        names.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        flush(handle)

    monkeypatch.setattr(os, "fsync", noted)
    return names


def test_the_file_is_flushed_before_it_has_its_name_and_the_folder_after(
    tmp_path: Path, flushed: list[str]
) -> None:
    write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    beside, folder = flushed
    assert beside.startswith(".a.")
    assert folder == tmp_path.name


def test_what_another_writes_is_flushed_alike(tmp_path: Path, flushed: list[str]) -> None:
    write_whole(tmp_path / "a", lambda path: path.write_bytes(b"new"), 0o600)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert len(flushed) == 2


def test_a_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    seen = []

    def look(path: Path) -> None:
        seen.append(path.stat().st_mode & 0o777)

    write_whole(tmp_path / "a", look, 0o600)
    assert seen == [0o600]


def test_a_card_that_refuses_leaves_the_old_file_and_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no room"):
        write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_copy_of_a_file_is_flushed_and_never_over_another(tmp_path: Path, flushed: list[str]) -> None:
    (tmp_path / "source").write_bytes(b"x" * 3_000_000)
    write_flushed(tmp_path / "copy", tmp_path / "source")
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "source").read_bytes()
    assert flushed == ["copy"]
    with pytest.raises(FileExistsError):
        write_flushed(tmp_path / "copy", b"")
