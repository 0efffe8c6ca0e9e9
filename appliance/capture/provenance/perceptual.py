"""Perceptual hashes of one picture: dHash-64 (differences) and pHash-256 (the cosine transform's low part).

Both are as their authors describe them (Krawetz, "Kind of like that" and "Looks like it"): they stay when a
picture is squeezed, scaled, brightened or slightly cropped, and differ for different pictures.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 72, 64
"""Of the picture that is hashed: nine fields by eight, eight pixels each."""
_FIELD = 8
_LOW = 16
_PLAIN = 6.0
"""Standard deviation of its fields, of 255, under which a picture is black, white or plain."""


def dhash(grey: Grey) -> bytes:
    """Return 64 bits: in which of 9 x 8 fields it is brighter than in the one to their left."""
    fields = _fields(grey)
    return np.packbits(fields[:, 1:] > fields[:, :-1]).tobytes()


def phash(grey: Grey) -> bytes:
    """Return 256 bits: which of the 16 x 16 lowest waves lie above their median."""
    waves = _cosines(HEIGHT) @ grey.astype(np.float64) @ _cosines(WIDTH).T
    return np.packbits(waves > np.median(waves)).tobytes()


def tells(grey: Grey) -> bool:
    """Whether there is enough in the picture to know it again."""
    return float(_fields(grey).std()) >= _PLAIN


def bits_of(hashes: list[bytes]) -> Bits:
    """Hashes of one length as rows of bytes, for ``distances``."""
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(len(hashes), -1)


def distances(these: Bits, those: Bits) -> npt.NDArray[np.int64]:
    """In how many bits each of these (rows) differs from each of those (columns)."""
    differing = np.bitwise_count(these[:, None, :] ^ those[None, :, :])
    return np.asarray(differing.sum(axis=2, dtype=np.int64))


def _fields(grey: Grey) -> npt.NDArray[np.float64]:
    if grey.shape != (HEIGHT, WIDTH):
        raise ValueError(grey.shape)
    fields = grey.reshape(HEIGHT // _FIELD, _FIELD, WIDTH // _FIELD, _FIELD).mean(axis=(1, 3))
    return np.asarray(fields, np.float64)


def _cosines(length: int) -> npt.NDArray[np.float64]:
    places = (np.arange(length) + 0.5) * np.pi / length
    return np.asarray(np.cos(np.arange(_LOW)[:, None] * places[None, :]), np.float64)
