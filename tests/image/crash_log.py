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

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD = 1, 2, 4
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
    durable = max((number for number, entry in enumerate(found) if entry.flags & FLUSH), default=-1)
    kept = lost = 0
    with log.open("rb") as source, card.open("r+b") as target:
        for number, entry in enumerate(found):
            if not entry.length:
                continue
            source.seek(entry.offset)
            data = source.read(entry.length)
            whole = number <= durable or bool(entry.flags & FUA)
            for start in range(0, len(data), len(data) if whole else 4096):
                if whole or chance.random() < keep:
                    target.seek(entry.at + start)
                    target.write(data[start:] if whole else data[start : start + 4096])
                    kept += 1
                else:
                    lost += 1
    return kept, lost
