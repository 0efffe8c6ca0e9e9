"""The stick's child: only what lies below is given, whatever is asked for, and who is silent is left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from cache.stick import Stick, StickFile, plugged_in
from cache.stick_mount import kind_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    (made / "films").mkdir(parents=True)
    (made / "films" / "a.mp4").write_bytes(bytes(range(256)) * 4096)
    (made / "outside").symlink_to("/etc")
    (made / "passwd.mp4").symlink_to("/etc/passwd")
    return made


def read(stick: Stick, path: str, offset: int = 0, length: int = 1 << 20) -> bytes:
    return b"".join(stick.read(path, offset, length))


def test_what_is_a_film_by_its_name_is_listed_with_its_size(folder: Path) -> None:
    with plugged_in(folder) as stick:
        assert stick.listing.films == (StickFile("films/a.mp4", 1 << 20),)
        assert not stick.listing.published
        assert not stick.listing.cut


def test_a_stretch_is_given_exactly_and_ends_where_the_file_does(folder: Path) -> None:
    content = (folder / "films" / "a.mp4").read_bytes()
    with plugged_in(folder) as stick:
        assert read(stick, "films/a.mp4", 1000, 300_000) == content[1000:301_000]
        assert read(stick, "films/a.mp4", len(content) - 5, 100) == content[-5:]
        assert read(stick, "films/a.mp4", 1 << 40) == b""


@pytest.mark.parametrize(
    "path",
    ["../stick/films/a.mp4", "/etc/passwd", "outside/passwd", "passwd.mp4", "films", "", "films//a.mp4", "."],
)
def test_no_path_leads_out_of_the_stick(folder: Path, path: str) -> None:
    with plugged_in(folder) as stick:
        with pytest.raises(MatineeError, match="no such file"):
            read(stick, path)
        assert read(stick, "films/a.mp4")[:2] == b"\0\1"


def test_who_is_silent_is_left(folder: Path) -> None:
    with pytest.raises(MatineeError, match="does not answer"), plugged_in(folder, stall_s=0):
        pass


def test_a_file_that_shrinks_while_it_is_read_ends_early(folder: Path) -> None:
    with plugged_in(folder) as stick:
        os.truncate(folder / "films" / "a.mp4", 10)
        assert len(read(stick, "films/a.mp4")) == 10


def test_who_leaves_a_file_early_is_given_the_next_one_from_its_beginning(folder: Path) -> None:
    (folder / "films" / "b.mp4").write_bytes(b"another film" * 1000)
    with plugged_in(folder) as stick:
        left = stick.read("films/a.mp4", 0, 1 << 20)
        assert next(iter(left))[:2] == b"\0\1"  # and it is kept, as a traceback keeps it
        assert read(stick, "films/b.mp4") == b"another film" * 1000
        assert read(stick, "films/a.mp4")[:2] == b"\0\1"
        del left


def test_only_three_kinds_of_file_system_are_known() -> None:
    fat = bytearray(512)
    fat[82:87], fat[510:512] = b"FAT32", b"\x55\xaa"
    assert kind_of(bytes(fat)) == "vfat"
    assert kind_of(b"\xeb\x76\x90EXFAT   ".ljust(512, b"\0")) == "exfat"
    assert kind_of(b"\xeb\x52\x90NTFS    ".ljust(2048, b"\0")) is None
    assert kind_of(b"hsqs".ljust(2048, b"\0")) is None
