"""Takes the sounds out of OpenTTD's archive (``opensfx.cat``), so that they lie there as files."""

from __future__ import annotations

import struct
from pathlib import Path

_ENTRY = struct.Struct("<II")
_PLACE = 0x7FFFFFFF
"""The highest bit of the first place says only which version this is."""


def lay_out(folder: Path) -> None:
    """Write each sound of each ``*.cat`` below ``folder`` beside it: ``opensfx-29.wav``."""
    for archive in folder.rglob("*.cat"):
        content = archive.read_bytes()
        count = (_ENTRY.unpack_from(content)[0] & _PLACE) // _ENTRY.size
        for number in range(count):
            begin = content.index(b"RIFF", _ENTRY.unpack_from(content, number * _ENTRY.size)[0] & _PLACE)
            (length,) = struct.unpack_from("<I", content, begin + 4)
            sound = content[begin : begin + 8 + length]
            archive.with_name(f"{archive.stem}-{number:02}.wav").write_bytes(sound)
