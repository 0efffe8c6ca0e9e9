"""Which sticks are plugged in: as the kernel tells it, never the disk that the box runs from."""

from __future__ import annotations

import os
from pathlib import Path

from provisioning.sticks import sticks


def plug_in(sysfs: Path, disk: str, *parts: str, removable: str = "1", number: str = "8:0") -> None:
    """A disk as sysfs shows it."""
    (sysfs / disk / "device").mkdir(parents=True)
    (sysfs / disk / "removable").write_text(f"{removable}\n")
    (sysfs / disk / "size").write_text("2048\n")
    (sysfs / disk / "dev").write_text(f"{number}\n")
    (sysfs / disk / "device" / "model").write_text("Stick 3000 \n")
    for count, part in enumerate(parts, start=1):
        (sysfs / disk / part).mkdir()
        (sysfs / disk / part / "partition").write_text(f"{count}\n")
        (sysfs / disk / part / "size").write_text("1024\n")
        (sysfs / disk / part / "dev").write_text(f"{number[:-1]}{count}\n")


def test_parts_of_removable_disks_are_sticks(tmp_path: Path) -> None:
    plug_in(tmp_path, "sda", "sda1", "sda2")
    plug_in(tmp_path, "sdb", number="8:16")
    plug_in(tmp_path, "mmcblk0", "mmcblk0p1", removable="0", number="179:0")
    found = sticks(tmp_path, Path("/dev"), tmp_path / "none", own=())
    assert [str(one.device) for one in found] == ["/dev/sda1", "/dev/sda2", "/dev/sdb"]
    assert (found[0].words, found[0].size_bytes) == ("Stick 3000", 1024 * 512)


def test_the_stick_that_the_box_runs_from_is_none(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    plug_in(tmp_path, "sda", "sda1", number=f"{os.major(device)}:{os.minor(device)}")
    plug_in(tmp_path, "sdb", "sdb1", number="9999:16")
    found = sticks(tmp_path, Path("/dev"), tmp_path / "none", own=(tmp_path, tmp_path / "gone"))
    assert [one.device.name for one in found] == ["sdb1"]


def test_where_the_system_mounts_a_stick_its_folder_is_named(tmp_path: Path) -> None:
    plug_in(tmp_path, "proc", number="9999:0")
    plug_in(tmp_path, "sdb", number="9999:16")
    found = sticks(tmp_path, Path("/dev"), shelf=Path("/"), own=())
    assert [str(one.device) for one in found] == ["/proc", "/dev/sdb"], "/proc is mounted, /sdb is not there"
