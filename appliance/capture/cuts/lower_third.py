"""The panel at the foot of a cut: a title and a place, drawn with Pillow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

_FONT = "DejaVuSans-Bold.ttf"
_PANEL = (18, 16, 14, 205)
_TITLE = (244, 239, 230, 255)
_PLACE = (242, 181, 68, 255)


@dataclass(frozen=True, slots=True)
class Words:
    """What the panel says; both empty: no panel."""

    title: str
    place: str = ""


def draw(words: Words, width: int, height: int, path: Path) -> None:
    """Write the panel for a picture of ``width`` x ``height`` as PNG with transparency, as wide as that."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 where nothing is filmed nothing is cut

    unit = min(width, height) // 24
    title = _fitting(words.title, unit * 3 // 2, width - 2 * unit)
    place = _fitting(words.place, unit, width - 2 * unit)
    panel = Image.new("RGBA", (width, unit * 5), (0, 0, 0, 0))
    pen = ImageDraw.Draw(panel)
    pen.rectangle((0, 0, width, unit * 5), fill=_PANEL)
    pen.rectangle((0, 0, unit // 3, unit * 5), fill=_PLACE)
    pen.text((unit, unit * 3 // 2), words.title, font=title, fill=_TITLE, anchor="lm")
    pen.text((unit, unit * 7 // 2), words.place, font=place, fill=_PLACE, anchor="lm")
    panel.save(path, format="PNG")


def _fitting(text: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415 as above

    font = ImageFont.truetype(_FONT, size)
    needed = font.getlength(text)
    return font if needed <= width else ImageFont.truetype(_FONT, max(8, int(size * width / needed)))
