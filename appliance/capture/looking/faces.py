"""Where the faces are: the interface, and the pure part of BlazeFace (full range).

Source: Bazarevsky et al., "BlazeFace" (2019) and MediaPipe's face_detection_full_range: 192 x 192, one anchor
in the middle of each 4 x 4 field; the network says how far a face's middle is from it and how large it is, in
pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from appliance.capture.looking.sight import Box, Picture

SIDE = 192
_FIELDS = SIDE // 4
SURE = 0.5
_SAME = 0.3
"""Two boxes that share more than this of what they cover together are one face."""
_Array = npt.NDArray[np.float32]


class FaceFinder(Protocol):
    """Finds faces. May take 30 ms; knows nobody."""

    name: str

    def find(self, picture: Picture) -> tuple[Box, ...]:
        """Return the faces, the surest first."""
        ...


class NoFaces:
    """Where no model is installed."""

    name = "none"

    def find(self, picture: Picture) -> tuple[Box, ...]:
        """None are found."""
        del picture
        return ()


def boxes(regressors: _Array, scores: _Array, shape: tuple[int, int]) -> tuple[Box, ...]:
    """Return the faces that the network's 2304 rows mean, in a picture of ``shape`` amid its square."""
    odds = 1 / (1 + np.exp(-np.clip(scores.reshape(-1), -60, 60)))
    rows = regressors.reshape(_FIELDS * _FIELDS, -1)
    longest = max(shape)
    margin_y, margin_x = ((longest - side) / longest / 2 for side in shape)
    found = []
    for place in np.flatnonzero(odds >= SURE):
        x = (place % _FIELDS + 0.5) / _FIELDS + rows[place, 0] / SIDE
        y = (place // _FIELDS + 0.5) / _FIELDS + rows[place, 1] / SIDE
        width, height = rows[place, 2] / SIDE, rows[place, 3] / SIDE
        if width > 0 and height > 0:
            across, down = longest / shape[1], longest / shape[0]
            found.append(
                Box(
                    float((x - width / 2 - margin_x) * across),
                    float((y - height / 2 - margin_y) * down),
                    float(width * across),
                    float(height * down),
                    float(odds[place]),
                )
            )
    return suppressed(found)


def suppressed(found: Sequence[Box]) -> tuple[Box, ...]:
    """Return the surest box of each face (non-maximum suppression)."""
    kept: list[Box] = []
    for box in sorted(found, key=lambda one: -one.score):
        if all(overlap(box, other) <= _SAME for other in kept):
            kept.append(box)
    return tuple(kept)


def overlap(one: Box, other: Box) -> float:
    """Return the area of both over the area of either: 0 apart, 1 the same."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (one.width * one.height + other.width * other.height - both)
