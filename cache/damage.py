"""Which blocks of a film are not what they should be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from appliance.ids import Sha256, is_sha256
from cache.block_file import media_path
from cache.blocks import BlockList
from cache.pace import Pace


def damaged_blocks(
    path: Path, blocks: BlockList, pace: Pace | None = None, *, from_card: bool = False
) -> Iterator[int]:
    """Yield each block that differs, is cut off or can not be read.

    ``from_card`` drops what memory holds of the film first, so that the card itself is looked at; without
    it the film is in memory afterwards, proven. Bytes behind the end count as damage of the last block.
    """
    try:
        film = os.open(path, os.O_RDONLY)
    except OSError:
        yield from range(blocks.count)
        return
    try:
        if from_card:
            os.posix_fadvise(film, 0, 0, os.POSIX_FADV_DONTNEED)
        too_long = os.fstat(film).st_size > blocks.size_bytes
        for block in range(blocks.count):
            if pace is not None:
                pace.spend(blocks.span(block)[1])
                if pace.stopped:
                    return
            if not blocks.matches(block, read_block(film, blocks, block)) or (
                too_long and block == blocks.count - 1
            ):
                yield block
    finally:
        os.close(film)


def read_block(film: int, blocks: BlockList, block: int) -> bytes:
    """What lies where ``block`` belongs; empty if the card can not read it."""
    offset, length = blocks.span(block)
    try:
        return os.pread(film, length, offset)
    except OSError:
        return b""


def verify(folder: Path, sha256: Sha256) -> bool:
    """Tell whether the file that should hold ``sha256`` does: for films that came without block hashes."""
    path = media_path(folder, sha256)
    if not is_sha256(sha256) or not path.is_file():
        return False
    try:
        with path.open("rb") as film:
            return hashlib.file_digest(film, "sha256").hexdigest() == sha256
    except OSError:
        return False
