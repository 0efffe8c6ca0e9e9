"""The first picture of a start: the player's own calm card, drawn with the image.

GRUB shows it on a PC (boot/grub.cfg). As soon as the kernel has a frame buffer the overlay's ``splash`` lays
it there (the form is told there); then the player's card stands at the same place.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from lists import BUILD
from PIL import Image, ImageChops

sys.path.insert(0, str(BUILD.parent))

from appliance.model.picture import Card, CardLayout
from appliance.player.cards import compose

DRAWN = Path("usr/lib/matinee/drawn")
GRUB_SIZE = (1280, 720)
LINES = (480, 720, 1080)
"""Heights of screens that it is drawn for; a larger one gets the next smaller."""
BITS = (16, 24, 32)
"""Of a pixel: 24 is what some firmware sets up, 32 what the kernel's own drivers do."""
_WIDE = 16 / 9
_FORMS = {24: "BGR", 32: "BGRX"}


def card(size: tuple[int, int]) -> Image.Image:
    """The card as a projector of that size shows it."""
    return compose(Card("", CardLayout.CALM, "One moment, please"), size)


def lay(root: Path) -> None:
    """Each height in each kind of pixel, in ``DRAWN``."""
    (root / DRAWN).mkdir()
    for lines in LINES:
        whole = card((round(lines * _WIDE), lines)).convert("RGB")
        ground = Image.new("RGB", whole.size, whole.getpixel((0, 0)))
        words = whole.crop(ImageChops.difference(whole, ground).getbbox())
        for bits in BITS:
            content = (
                struct.pack("<HH", *words.size)
                + pixels(ground.crop((0, 0, 1, 1)), bits)
                + pixels(words, bits)
            )
            (root / DRAWN / f"{lines}-{bits}.raw").write_bytes(content)


def pixels(picture: Image.Image, bits: int) -> bytes:
    """As Linux has them: blue, green, red, and of 32 bits 8 more; of 16 bits red 5, green 6, blue 5."""
    if bits in _FORMS:
        return picture.tobytes("raw", _FORMS[bits])
    colours = zip(*[iter(picture.tobytes())] * 3, strict=True)
    return b"".join(
        struct.pack("<H", red >> 3 << 11 | green >> 2 << 5 | blue >> 3) for red, green, blue in colours
    )
