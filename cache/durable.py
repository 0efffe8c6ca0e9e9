"""The order of fsyncs that makes a file there, whole, or not at all."""

from __future__ import annotations

import errno
import glob
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from appliance.errors import MatineeError

Content = bytes | Path | Callable[[Path], object]
_PIECE_BYTES = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def card_fault(name: str, fault: OSError) -> MatineeError:
    """What to tell a person when the card refused to take ``name``: it is full, or it fails."""
    key = "media.no_room" if fault.errno in _FULL else "media.card_fails"
    return MatineeError(key, name=name, fault=fault.strerror or fault)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_flushed(path: Path, content: Content, mode: int = 0o640) -> None:
    """Write a new file and make its bytes durable, not yet its name; readable as ``mode`` from the start.

    ``content``: bytes, a file to copy, or what writes into the path it is given. ``FileExistsError`` if there
    is a file at ``path``.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "r+b") as file:
        if isinstance(content, bytes):
            file.write(content)
        elif isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, file, _PIECE_BYTES)
        else:
            content(path)
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, content: Content, mode: int = 0o640) -> None:
    """Put ``content`` at ``path`` in one step: readers, and a power cut, see the old file or the new one.

    After a power cut a file ``.<name>.<something>`` may be left beside it: ``left_over`` finds it.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_flushed(partial, content, mode)
        partial.rename(path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def left_over(path: Path) -> list[Path]:
    """What a power cut left of ``write_whole(path, ...)``."""
    return list(path.parent.glob(f".{glob.escape(path.name)}.*"))
