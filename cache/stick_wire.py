"""What a stick's child says: frames of one letter, a length and so many bytes."""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

HEAD = struct.Struct(">cI")
LISTING, DATA, END, FAULT = b"L", b"D", b"E", b"F"
MOST_FRAME = 8 << 20
"""Longer than any listing that is given; what claims more is refused."""

NO_WALLS = 3
"""Exit status of a child that could not shut itself in, and so did not look."""


class StickFile(msgspec.Struct, frozen=True):
    """One film-like file of a stick, or one of what was published onto it."""

    path: str
    """From the stick's top folder, with ``/``."""
    size_bytes: int
    hollow: bool = False
    """Much less of it is stored than it claims: no film is."""


class Listing(msgspec.Struct, frozen=True):
    """What is on a stick, as far as it was looked at."""

    films: tuple[StickFile, ...]
    published: bool
    """There is a list of what an organiser published."""
    cut: bool = False
    """There is more than anybody would look through: only the beginning was."""


class Read(msgspec.Struct, frozen=True):
    """Asks for a stretch of a file."""

    path: str
    offset: int
    length: int


class Fault(msgspec.Struct, frozen=True):
    """Why there is nothing."""

    kind: Literal["format", "mount", "missing", "io", "odd"]
    words: str = ""
