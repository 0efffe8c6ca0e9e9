"""Which parts of a picture are covered so that no face can be known, from what was found. Pure.

A finder misses a face now and then, and somebody moves between two looks: what was found stays covered for a
while before and after, and wider than it was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from appliance.capture.looking.sight import Box

Plane = npt.NDArray[np.uint8]

REACH_S = 0.7
"""How long before and after it was seen a face stays covered."""
_WIDER = 0.45
"""Of the face's own size, on each side: hair, chin, and steps between two looks."""
_BLOCKS = 5
"""A face is shown as so many squares across: too few to know anybody."""


@dataclass(frozen=True, slots=True)
class Look:
    """Faces that were found at one time."""

    at_s: float
    faces: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """Pixels from and up to, even, inside the picture."""

    left: int
    top: int
    right: int
    bottom: int


def patches(looks: Sequence[Look], at_s: float, width: int, height: int) -> list[Patch]:
    """What is covered in the picture of ``width`` x ``height`` at ``at_s``."""
    near = (face for look in looks if abs(look.at_s - at_s) <= REACH_S for face in look.faces)
    found = (_patch(face, width, height) for face in near)
    return [patch for patch in dict.fromkeys(found) if patch.right > patch.left and patch.bottom > patch.top]


def tiles(picture: npt.NDArray[np.uint8]) -> Iterator[tuple[npt.NDArray[np.uint8], Box]]:
    """The whole picture, then four parts that overlap: faces in the back row are large enough in those.

    With each, where it lies in the whole.
    """
    yield picture, Box(0, 0, 1, 1, 1)
    height, width = picture.shape[:2]
    for top in (0.0, 0.4):
        for left in (0.0, 0.4):
            rows = slice(int(height * top), int(height * (top + 0.6)))
            columns = slice(int(width * left), int(width * (left + 0.6)))
            yield np.ascontiguousarray(picture[rows, columns]), Box(left, top, 0.6, 0.6, 1)


def placed(face: Box, part: Box) -> Box:
    """A face found in ``part``, as it lies in the whole."""
    return Box(
        part.x + face.x * part.width,
        part.y + face.y * part.height,
        face.width * part.width,
        face.height * part.height,
        face.score,
    )


def cover(picture: Plane, height: int, patch: Patch) -> None:
    """Cover ``patch`` in a picture of ``height`` rows in place: I420, the lightness above both colours."""
    side = max(8, -(-max(patch.right - patch.left, patch.bottom - patch.top) // _BLOCKS) // 2 * 2)
    _squares(picture[patch.top : patch.bottom, patch.left : patch.right], side)
    width = picture.shape[1]
    colours = picture[height:].reshape(2, height // 2, width // 2)
    for plane in colours:
        part = plane[patch.top // 2 : patch.bottom // 2, patch.left // 2 : patch.right // 2]
        _squares(part, side // 2)


def _squares(part: Plane, side: int) -> None:
    rows, columns = (np.arange(0, length, side) for length in part.shape)
    sums = np.add.reduceat(np.add.reduceat(part.astype(np.uint32), rows, axis=0), columns, axis=1)
    heights, widths = np.diff(np.append(rows, part.shape[0])), np.diff(np.append(columns, part.shape[1]))
    middle = (sums // np.outer(heights, widths)).astype(np.uint8)
    part[:] = np.repeat(np.repeat(middle, heights, axis=0), widths, axis=1)


def _patch(face: Box, width: int, height: int) -> Patch:
    left = (face.x - face.width * _WIDER) * width
    right = (face.x + face.width * (1 + _WIDER)) * width
    top = (face.y - face.height * _WIDER) * height
    bottom = (face.y + face.height * (1 + _WIDER)) * height
    return Patch(
        max(0, int(left) // 2 * 2),
        max(0, int(top) // 2 * 2),
        min(width // 2 * 2, -(-int(right) // 2) * 2 + 2),
        min(height // 2 * 2, -(-int(bottom) // 2) * 2 + 2),
    )
