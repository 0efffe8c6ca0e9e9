"""QR codes as pictures."""

from __future__ import annotations

from functools import lru_cache

import segno
from PIL import Image

LIGHT = "#f4efe6"
_DARK = (0x12, 0x10, 0x0E)


@lru_cache(maxsize=16)
def modules(content: str) -> Image.Image:
    """One pixel per module, dark on light with its quiet zone: scanners want it that way round."""
    matrix = [list(row) for row in segno.make(content, micro=False, error="m").matrix_iter(border=3)]
    image = Image.new("RGB", (len(matrix[0]), len(matrix)), LIGHT)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x, y), _DARK)
    return image


def code(content: str, room: int) -> Image.Image:
    """As large as fits ``room`` pixels, in whole pixels per module."""
    small = modules(content)
    scale = max(1, room // small.width)
    return small.resize((small.width * scale, small.height * scale), Image.Resampling.NEAREST)
