"""A stick's file system, mounted for one process alone: read-only, no devices, no programs, no links.

By the calls of Linux 5.2 (fsopen(2), fsmount(2)): the mount has no place in any folder, nobody else sees it,
and it is gone when the process is, however that ends. Needs CAP_SYS_ADMIN. Only three drivers are asked.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432
"""The same numbers on every processor."""
_SET_FLAG, _SET_STRING, _CREATE = 0, 1, 6
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _NOSYMFOLLOW = 0x1, 0x2, 0x4, 0x8, 0x200000
_CLOEXEC = 1
_HEAD_BYTES = 2048

_OPTIONS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "vfat": (("utf8", None),),
    "exfat": (),
    # A journal is not replayed; and a file system that says "panic when I am damaged" is not obeyed.
    "ext4": (("noload", None), ("errors", "remount-ro")),
}


def kind_of(head: bytes) -> str | None:
    """Which of the three begins so; None for everything else."""
    if head[3:11] == b"EXFAT   ":
        return "exfat"
    if head[510:512] == b"\x55\xaa" and (head[54:57] == b"FAT" or head[82:87] == b"FAT32"):
        return "vfat"
    return "ext4" if head[1080:1082] == b"\x53\xef" else None


def mounted(device: Path) -> int:
    """Open the top folder of what is on ``device``; ``OSError``, or ``ValueError`` for an unknown format."""
    with device.open("rb") as disk:
        kind = kind_of(disk.read(_HEAD_BYTES))
    if kind is None:
        raise ValueError(device)
    made = _call(_FSOPEN, kind.encode(), _CLOEXEC)
    try:
        _call(_FSCONFIG, made, _SET_STRING, b"source", str(device).encode(), 0)
        for name, value in (("ro", None), *_OPTIONS[kind]):
            if value is None:
                _call(_FSCONFIG, made, _SET_FLAG, name.encode(), None, 0)
            else:
                _call(_FSCONFIG, made, _SET_STRING, name.encode(), value.encode(), 0)
        _call(_FSCONFIG, made, _CREATE, None, None, 0)
        top = _call(_FSMOUNT, made, _CLOEXEC, _RDONLY | _NOSUID | _NODEV | _NOEXEC | _NOSYMFOLLOW)
    finally:
        os.close(made)
    try:  # what fsmount gives may not be read from itself
        return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=top)
    finally:
        os.close(top)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = int(libc.syscall(number, *arguments))
    if result < 0:
        fault = ctypes.get_errno()
        raise OSError(fault, os.strerror(fault))
    return result
