"""What a glance at one picture of the house says. Pure; all measures are 0 to 1, to be weighed together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Rows, columns, red-green-blue."""
_Grey = npt.NDArray[np.float32]

_DARK, _BRIGHT = 0.06, 0.94
_NOISE = 0.04
"""A camera's own grain changes a pixel by less than this."""
_FULLY_SHARP = 0.02
_LEAST = 3
_LIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, slots=True)
class Box:
    """A face: place and size as shares of the picture, and how sure it is."""

    x: float
    y: float
    width: float
    height: float
    score: float


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture, judged."""

    at_s: float
    motion: float
    """Share of the picture that changed since the last one."""
    faces: tuple[Box, ...]
    sharpness: float
    exposure: float
    """1: no part is black or burnt out."""

    @property
    def quality(self) -> float:
        """How well it can be used as a picture."""
        return self.sharpness * self.exposure


def grey(picture: Picture) -> _Grey:
    """Return its lightness, 0 to 1 (ITU-R BT.601)."""
    return np.asarray(picture.astype(np.float32) @ _LIGHTNESS / 255, np.float32)


def motion(before: _Grey, now: _Grey) -> float:
    """Return the share of pixels that changed by more than grain; a lamp that goes on is no motion.

    0 if the pictures are of different sizes: nothing can be said.
    """
    if before.shape != now.shape or now.size == 0:
        return 0.0
    change = (now - now.mean()) - (before - before.mean())
    return float(np.mean(np.abs(change) > _NOISE))


def sharpness(light: _Grey) -> float:
    """Return how steep its edges are, against its contrast: 0 for a blur or one colour."""
    if min(light.shape) < _LEAST:
        return 0.0
    bend = light[1:-1, 1:-1] * 4 - light[:-2, 1:-1] - light[2:, 1:-1] - light[1:-1, :-2] - light[1:-1, 2:]
    contrast = float(light.var())
    return min(1.0, float(bend.var()) / (contrast + 0.002) / 20 / _FULLY_SHARP) if contrast > 0 else 0.0


def exposure(light: _Grey) -> float:
    """Return the share of the picture that is neither black nor burnt out."""
    return float(np.mean((light > _DARK) & (light < _BRIGHT))) if light.size else 0.0
