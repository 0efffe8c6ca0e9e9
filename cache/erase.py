"""Erasing so that the raw bytes of the card no longer tell: overwritten, flushed, then taken away.

A card that moves blocks by itself (wear levelling) may keep a copy that no computer can read, short of
opening the chip: what people wrote is sealed for that reason too. NIST SP 800-88 calls this "clear".
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

_PIECE = bytes(1 << 20)
_BLOCK = 1024
_TRIES = 64
_ROUNDS = 2
"""The smallest block a file system of ours has."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def erase(path: Path) -> None:
    """Overwrite every file of ``path`` (a file, or a folder with all in it), then delete it; none: no fault.

    Names go too: each file is renamed to something meaningless first.
    """
    if path.is_symlink() or not path.exists():
        path.unlink(missing_ok=True)
    elif path.is_dir():
        for inner in sorted(path.iterdir()):
            erase(inner)
        _nameless(path).rmdir()
    else:
        if path.is_file():
            _overwrite(path)
        _nameless(path).unlink()


def erase_free_space(folder: Path) -> int:
    """Overwrite what nothing uses on the file system of ``folder``; return how many bytes that was.

    There lies what was deleted earlier: old journals of databases, files of before. Takes twice as long as
    writing the whole card does: twice, for a block that keeps the places of a file's pieces is written in
    part, and what it held before stays in the rest until it is a file's the next time.
    What the file system keeps back for root (``mke2fs -m``) is not reached: a box's data partition has none.
    """
    return max(_fill_up(folder) for _ in range(_ROUNDS))


def _fill_up(folder: Path) -> int:
    """Write files of zeros until there is no room, then delete them; return how many bytes they had."""
    filler = folder / f".{secrets.token_hex(8)}"
    filler.mkdir()
    size, count = len(_PIECE), 0
    try:
        while size >= _BLOCK:
            if not _fill(filler / str(count), size):
                size //= 2
            count += 1
        os.sync()
        return sum(file.stat().st_size for file in filler.iterdir())
    finally:
        shutil.rmtree(filler)


def _fill(path: Path, size: int) -> bool:
    """Whether there was room for ``size`` zeros; if not, as few of them as can be are left."""
    try:
        with path.open("xb", buffering=0) as file:
            if file.write(_PIECE[:size]) == size:
                os.fsync(file.fileno())  # a file system may find out late that it has no room
                return True
    except OSError as fault:
        if fault.errno not in _FULL:
            raise
    with suppress(OSError):  # some need room even to delete: it goes with the others
        path.unlink(missing_ok=True)
    return False


def room_to_erase(folder: Path) -> int:
    """Bytes that ``erase_free_space`` will write."""
    return shutil.disk_usage(folder).free


def _overwrite(path: Path) -> None:
    path.chmod(0o600)
    with path.open("r+b", buffering=0) as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(_PIECE[: min(left, len(_PIECE))])
        os.fsync(file.fileno())


def _nameless(path: Path) -> Path:
    for _ in range(_TRIES):
        other = path.with_name(secrets.token_hex(8)[: max(1, len(path.name))])
        if not os.path.lexists(other):
            return path.rename(other)
    return path  # so short a name that none is free tells nothing
