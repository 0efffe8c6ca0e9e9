"""What a card holds after a cut: QEMU's log of writes, replayed up to the last flush, the rest by chance.

A ``kill -9`` of QEMU loses nothing that the guest wrote: this computer still has it. A card in a box does:
of what was written since the last flush some sectors are there, some are not, in no order.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD = 1, 2, 4
PAGE = 4096
_SUPER = struct.Struct("<QQQI")
_ENTRY = struct.Struct("<QQQQ")


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of the guest, in the order in which it was done."""

    at: int
    """Bytes from the start of the card."""
    flags: int
    offset: int
    """Where its bytes lie in the log."""
    length: int


def entries(log: Path) -> Iterator[Entry]:
    """Every whole entry; a log that was cut ends before the first one that is not."""
    size = log.stat().st_size
    with log.open("rb") as file:
        head = file.read(_SUPER.size)
        if len(head) < _SUPER.size or not any(head):
            return  # nothing was written yet
        magic, _, _, sector = _SUPER.unpack(head)
        if magic != MAGIC:
            raise ValueError(str(log))
        place = sector
        while place + sector <= size:
            file.seek(place)
            at, count, flags, _ = _ENTRY.unpack(file.read(_ENTRY.size))
            length = 0 if flags & DISCARD else count * sector
            if not (count or flags) or place + sector + length > size:
                return
            yield Entry(at * sector, flags, place + sector, length)
            place += sector + length


def replay(log: Path, card: Path, chance: random.Random, keep: float = 0.5) -> tuple[int, int]:
    """Write onto ``card`` what it would hold; how many requests were kept, how many lost or torn."""
    found = list(entries(log))
    with log.open("rb") as source, card.open("r+b") as target:
        durable = flushed(found, len(found))
        for entry in found[:durable]:
            lay(source, target, entry)
        kept, lost = chanced(source, target, found[durable:], chance, keep)
    return durable + kept, lost


def flushed(found: list[Entry], cut: int) -> int:
    """So many of the first ``cut`` requests are on the card for certain: all up to the last flush."""
    return next((number + 1 for number in reversed(range(cut)) if found[number].flags & FLUSH), 0)


def lay(source: BinaryIO, target: BinaryIO, entry: Entry) -> None:
    """One request, whole."""
    source.seek(entry.offset)
    target.seek(entry.at)
    target.write(source.read(entry.length))


def chanced(
    source: BinaryIO, target: BinaryIO, since: list[Entry], chance: random.Random, keep: float
) -> tuple[int, int]:
    """Of requests since the last flush some, by pages; how many pages are there, how many are not."""
    kept = lost = 0
    for entry in since:
        step = entry.length if entry.flags & FUA else PAGE
        for start in range(0, entry.length, step or PAGE):
            if not entry.flags & FUA and chance.random() >= keep:
                lost += 1
                continue
            source.seek(entry.offset + start)
            target.seek(entry.at + start)
            target.write(source.read(min(step, entry.length - start)))
            kept += 1
    return kept, lost
