"""Sticks that are plugged in now, as the kernel tells it (sysfs): removable disks and what is on them.

Where the system mounts them (the image does, to be read only), the folder is named and nobody needs a right
to mount; elsewhere the device. The disk that the box itself runs from is none, even if it is a stick.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys/class/block")
SHELF = Path("/run/matinee/sticks")
"""Where the image mounts them, each by what the kernel calls it (usr/lib/matinee/stick)."""
_OWN = (Path("/"), Path("/var/lib/matinee"))
_SECTOR_BYTES = 512


@dataclass(frozen=True, slots=True)
class PluggedIn:
    """A part of a removable disk that may hold a file system."""

    device: Path
    """The device, or the folder where it is mounted."""
    words: str
    """What its maker calls it."""
    size_bytes: int


def sticks(
    sysfs: Path = SYSFS, devices: Path = Path("/dev"), shelf: Path = SHELF, own: Sequence[Path] = _OWN
) -> list[PluggedIn]:
    """Partitions of removable disks, and such disks without partitions; by name. ``own``: what runs us."""
    found = []
    for disk in sorted(sysfs.glob("*")):
        if _said(disk / "removable") != "1" or not _sectors(disk):
            continue
        words = " ".join(filter(None, (_said(disk / "device" / part) for part in ("vendor", "model"))))
        parts = [part for part in sorted(disk.glob(f"{disk.name}*")) if (part / "partition").exists()]
        if {_said(part / "dev") for part in (disk, *parts)} & {_number(path) for path in own}:
            continue
        found += [
            PluggedIn(_place(part.name, devices, shelf), words or disk.name, _sectors(part) * _SECTOR_BYTES)
            for part in parts or [disk]
        ]
    return found


def _place(name: str, devices: Path, shelf: Path) -> Path:
    return shelf / name if (shelf / name).is_mount() else devices / name


def _number(path: Path) -> str:
    """Of the device on which ``path`` lies, as sysfs writes it."""
    try:
        device = path.stat().st_dev
    except OSError:
        return "none"
    return f"{os.major(device)}:{os.minor(device)}"


def _said(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _sectors(disk: Path) -> int:
    said = _said(disk / "size")
    return int(said) if said.isdigit() else 0
