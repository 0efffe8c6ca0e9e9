"""The order of fsyncs that makes a file there, whole, or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import new_id

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


def write_whole(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Put ``content`` at ``path`` in one step: readers, and a power cut, see the old file or the new one."""
    partial = path.with_name(f".{path.name}.{new_id()}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as writer:
            writer.write(content)
            writer.flush()
            os.fsync(writer.fileno())
        partial.rename(path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)
