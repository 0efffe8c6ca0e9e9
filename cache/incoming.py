"""A film being written down for the first time: hashed as it comes, flushed, of the length that was said."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from appliance.errors import MatineeError
from appliance.ids import Sha256
from cache.blocks import BLOCK_BYTES, BlockList, FilmHasher
from cache.fetching import Progress


def size_of(source: Path) -> int:
    """Size of a film's file; ``media.not_found``, ``media.empty``."""
    try:
        size = source.stat().st_size
    except OSError as fault:
        raise MatineeError("media.not_found", path=source) from fault
    if not source.is_file():
        raise MatineeError("media.not_found", path=source)
    if size == 0:
        raise MatineeError("media.empty", path=source)
    return size


def pieces_of(reader: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """What a file holds, and a byte more than was said if it grew meanwhile."""
    left = size_bytes + 1
    while left > 0 and (content := reader.read(min(BLOCK_BYTES, left))):
        left -= len(content)
        yield content


def write_down(
    pieces: Iterable[bytes], target: Path, size_bytes: int, name: str, progress: Progress | None
) -> tuple[Sha256, BlockList]:
    """Write ``pieces`` into the new file ``target``, durably; ``media.changed`` if another size came."""
    hasher = FilmHasher()
    with target.open("xb") as writer:
        for content in pieces:
            hasher.update(content)
            if hasher.size_bytes > size_bytes:
                break
            writer.write(content)
            if progress is not None:
                progress(hasher.size_bytes, size_bytes)
        writer.flush()
        os.fsync(writer.fileno())
    if hasher.size_bytes != size_bytes:
        raise MatineeError("media.changed", path=name)
    return hasher.finish()
