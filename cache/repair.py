"""Mend a film in its place: the bad block is set aside, the good one fetched alone, proven and flushed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import new_id
from cache.blocks import BlockList
from cache.damage import damaged_blocks, read_block
from cache.durable import card_fault, write_whole
from cache.fetching import Tally
from cache.source import Source


def repair(
    path: Path, blocks: BlockList, sources: Sequence[Source], quarantine: Path,
    found: Callable[[Sequence[int]], None], tally: Tally | None = None,
) -> int:  # fmt: skip
    """Mend every damaged block of the film at ``path`` and return how many there were.

    ``found`` hears of them, durably, before anything is touched. Raises what the last source raised: then
    the blocks that came are mended, the others are as they were.
    """
    bad = list(damaged_blocks(path, blocks, from_card=True))
    if not bad:
        return 0
    found(bad)
    quarantine.mkdir(exist_ok=True)
    film = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        for at, block in enumerate(bad):
            good = _fetch_block(block, blocks, sources, tally or Tally())
            aside = _set_aside(film, blocks, block, quarantine, path.name)
            _put(film, blocks, block, good)
            aside.unlink(missing_ok=True)
            found(bad[at + 1 :])
        if os.fstat(film).st_size > blocks.size_bytes:
            os.ftruncate(film, blocks.size_bytes)
            os.fsync(film)
    except OSError as fault:
        raise card_fault(path.name, fault) from fault
    finally:
        os.close(film)
    return len(bad)


def _set_aside(film: int, blocks: BlockList, block: int, quarantine: Path, name: str) -> Path:
    aside = quarantine / f"{name}.{block}.{new_id()}"
    write_whole(aside, read_block(film, blocks, block))
    return aside


def _fetch_block(block: int, blocks: BlockList, sources: Sequence[Source], tally: Tally) -> bytes:
    offset, length = blocks.span(block)
    refused = MatineeError("media.no_source")
    for source in sources:
        content = bytearray()
        try:
            for piece in source.read(offset, length):
                content += piece
                tally.fetched_bytes += len(piece)
        except MatineeError as fault:
            refused = fault
            continue
        if blocks.matches(block, content):
            return bytes(content)
        refused = MatineeError("source.wrong", where=source.where, fault="a hash differs")
    raise refused


def _put(film: int, blocks: BlockList, block: int, good: bytes) -> None:
    """Write, flush, and look at what the card gives back."""
    offset, length = blocks.span(block)
    rest = memoryview(good)
    while rest:
        written = os.pwrite(film, rest, offset + length - len(rest))
        rest = rest[written:]
    os.fsync(film)
    os.posix_fadvise(film, offset, length, os.POSIX_FADV_DONTNEED)
    if not blocks.matches(block, read_block(film, blocks, block)):
        raise OSError(5, "it gives back other bytes than were written")
