"""Rows as compressed NDJSON: the same rows are always the same bytes; a hostile object fills no memory."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

CONTENT_TYPE = "application/x-ndjson+gzip"
LONGEST_LINE_BYTES = 1 << 20
LARGEST_UNPACKED_BYTES = 256 << 20
"""Far above the few megabytes that a box packs into one object."""

_LEVEL = 6
_CHUNK_BYTES = LONGEST_LINE_BYTES
_UNREADABLE = (EOFError, OSError, zlib.error)


def pack(bodies: Iterable[str]) -> bytes:
    """One JSON text a line, compressed; no name and no time in the header, so a repeated put is the same."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=_LEVEL, mtime=0) as file:
        for body in bodies:
            file.write(body.encode())
            file.write(b"\n")
    return packed.getvalue()


def lines(path: Path) -> Iterator[bytes]:
    """Lines of a packed object as they stand; the over-long, cut off or no gzip ends the reading."""
    left = LARGEST_UNPACKED_BYTES
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(LONGEST_LINE_BYTES):
                left -= len(line)
                if left < 0 or not line.endswith(b"\n"):
                    return
                yield line[:-1]
    except _UNREADABLE:
        return


def is_sound(path: Path) -> bool:
    """Tell whether a packed object is whole and no larger, line by line and in all, than a box makes them."""
    unpacked = line_bytes = 0
    try:
        with gzip.open(path, "rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                unpacked += len(chunk)
                first, last = chunk.find(b"\n"), chunk.rfind(b"\n")
                longest = line_bytes + (first if first >= 0 else len(chunk))
                if unpacked > LARGEST_UNPACKED_BYTES or longest > LONGEST_LINE_BYTES:
                    return False
                line_bytes = len(chunk) - last - 1 if last >= 0 else line_bytes + len(chunk)
    except _UNREADABLE:
        return False
    return line_bytes == 0 and unpacked > 0
