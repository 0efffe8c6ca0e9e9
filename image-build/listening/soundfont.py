"""Recordings out of a soundfont (SF2), by the names it gives them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

import numpy as np
from material import RATE_HZ, Source, trimmed, unpacked

_HEADER = "<20sIIIIIBbHH"
_SHORTEST_S = 0.25
_FOUND: Mapping[str, str] = {
    "Applause": "applause",
    "Laugh": "laughter",
    **dict.fromkeys(("Telephone", "Heli", "Chime", "MachineGun", "Scream", "train", "FootStep"), "other"),
    **dict.fromkeys(("Bird2(L)", "Dog", "Rain...(L)", "Gun", "Sea"), "other"),
}
"""Parts of names, and what they are; the whole name for what is a reaction."""


def from_soundfont() -> list[Source]:
    """Return what FluidR3 GS has of applause, laughter and disturbances."""
    path = unpacked("fluid-soundfont-gs") / "sounds/sf2/FluidR3_GS.sf2"
    found = []
    for name, samples, rate in _samples(path.read_bytes()):
        kind = _FOUND.get(name) or next(
            (one for part, one in _FOUND.items() if one == "other" and part in name), ""
        )
        if not kind or len(samples) / rate < _SHORTEST_S:
            continue
        places = np.arange(0, len(samples) - 1, rate / RATE_HZ)
        kept = trimmed(np.interp(places, np.arange(len(samples)), samples).astype(np.float32))
        if kept.size:
            found.append(Source(kind, "train", f"fluid/{name}", kept))
    return found


def _samples(content: bytes) -> Iterator[tuple[str, np.ndarray, int]]:
    """Name, samples and rate of each: 16 bits in ``smpl``, places in ``shdr`` (SoundFont 2.04, 7.10)."""
    base = content.find(b"smpl", content.find(b"sdta")) + 8
    headers = content.rfind(b"shdr")
    (length,) = struct.unpack_from("<I", content, headers + 4)
    for at in range(headers + 8, headers + 8 + length, struct.calcsize(_HEADER)):
        name, begin, end, _, _, rate, *_ = struct.unpack_from(_HEADER, content, at)
        values = np.frombuffer(content[base + 2 * begin : base + 2 * end], "<i2")
        yield name.split(b"\0")[0].decode("latin1"), values.astype(np.float32) / 32768, rate
