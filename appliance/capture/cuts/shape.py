"""Sizes of cuts, and how wide a window of the camera's picture each takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

PORTRAIT = "portrait"
SQUARE = "square"


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of a clip, in pixels; both sides are even."""

    cut: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a picture that is shown: as high as it, or as wide; even pixels."""

    width: int
    height: int


def shapes(board: str) -> dict[str, Shape]:
    """What ``board`` (the device tree's name, empty: a computer) can encode in a reasonable time.

    1080x1920 costs a Raspberry Pi 4 a minute and a half for ten seconds; 720x1280 less than half of that.
    """
    small = board.startswith("Raspberry Pi") and " 5" not in board
    portrait = Shape(PORTRAIT, 720, 1280) if small else Shape(PORTRAIT, 1080, 1920)
    square = Shape(SQUARE, 720, 720) if small else Shape(SQUARE, 1080, 1080)
    return {shape.cut: shape for shape in (portrait, square)}


def window(width: int, height: int, shape: Shape) -> Window:
    """The largest part of a ``width`` x ``height`` picture with the form of ``shape``."""
    wide = min(width, height * shape.width // shape.height)
    high = min(height, width * shape.height // shape.width)
    return Window(max(2, wide // 2 * 2), max(2, high // 2 * 2))
