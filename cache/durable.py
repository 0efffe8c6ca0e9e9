"""The order of fsyncs that makes a file there, whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from appliance.ids import new_id


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
