"""The newer Matinees that an organiser gives their boxes: a signed list of files.

Each file is signed once more by whoever built it, and that alone lets a box run it: the list only says what
is worth a line's time and a card's room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.errors import MatineeError
from appliance.ids import Sha256

FORMAT = 1
LARGEST = 1 << 16
"""Bytes of the list."""
SIGNATURE_BYTES = 1 << 12
PURPOSE = "matinee newer versions"
_NAME = re.compile(r"matinee-(?P<version>\d{1,4}(?:\.\d{1,4}){1,3})(?:\.mtb|-(?P<arch>[a-z0-9-]{1,20})\.mts)")


@dataclass(frozen=True, slots=True)
class NewerFile:
    """An application (``matinee-0.2.0.mtb``), or a system for some boards (``matinee-0.2.0-amd64.mts``)."""

    name: str
    size_bytes: Annotated[int, Meta(gt=0, le=1 << 33)]
    sha256: Annotated[Sha256, Meta(pattern=r"^[0-9a-f]{64}$")]

    def __post_init__(self) -> None:
        """``ValueError`` for any other name: it becomes a file's."""
        if _NAME.fullmatch(self.name) is None:
            message = f"{self.name[:40]} is no matinee-<version>.mtb or matinee-<version>-<board>.mts"
            raise ValueError(message)

    @property
    def board(self) -> str:
        """For which kind of board; empty: an application, for all."""
        found = _NAME.fullmatch(self.name)
        return (found["arch"] or "") if found else ""

    @property
    def version(self) -> tuple[int, ...]:
        """To be compared."""
        found = _NAME.fullmatch(self.name)
        return number(found["version"]) if found else ()


@dataclass(frozen=True, slots=True)
class NewerList:
    """What lies in the bucket."""

    format: int
    files: Annotated[tuple[NewerFile, ...], Meta(max_length=16)]


_decoder = msgspec.json.Decoder(NewerList)


def number(version: str) -> tuple[int, ...]:
    """``0.2`` and ``0.2.0`` are the same; what is no version is older than all."""
    parts = [int(part) if part.isdecimal() and part.isascii() else 0 for part in version.split(".")[:4]]
    return tuple([*parts, 0, 0, 0, 0][:4])


def encode(files: tuple[NewerFile, ...]) -> bytes:
    """Stable JSON bytes: what is signed."""
    return msgspec.json.format(msgspec.json.encode(NewerList(FORMAT, files), order="sorted"), indent=1)


def decode(content: bytes) -> tuple[NewerFile, ...]:
    """Parse what was signed; ``content.unreadable`` if this Matinee can not."""
    what = "The list of newer Matinees"
    try:
        found = _decoder.decode(content)
    except (msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise MatineeError("content.unreadable", what=what, fault=fault) from fault
    if found.format != FORMAT:
        raise MatineeError("content.unreadable", what=what, fault=f"it is of format {found.format}")
    return found.files
