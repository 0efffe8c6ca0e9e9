"""Sticks that are plugged in now, as the kernel tells it (sysfs): removable disks and what is on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys/class/block")
_SECTOR_BYTES = 512


@dataclass(frozen=True, slots=True)
class PluggedIn:
    """A part of a removable disk that may hold a file system."""

    device: Path
    words: str
    """What its maker calls it."""
    size_bytes: int


def sticks(sysfs: Path = SYSFS, devices: Path = Path("/dev")) -> list[PluggedIn]:
    """Partitions of removable disks, and such disks without partitions; by name."""
    found = []
    for disk in sorted(sysfs.glob("*")):
        if _said(disk / "removable") != "1" or not _sectors(disk):
            continue
        words = " ".join(filter(None, (_said(disk / "device" / part) for part in ("vendor", "model"))))
        parts = [part for part in sorted(disk.glob(f"{disk.name}*")) if (part / "partition").exists()]
        found += [
            PluggedIn(devices / part.name, words or disk.name, _sectors(part) * _SECTOR_BYTES)
            for part in parts or [disk]
        ]
    return found


def _said(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _sectors(disk: Path) -> int:
    said = _said(disk / "size")
    return int(said) if said.isdigit() else 0
