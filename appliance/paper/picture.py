"""Words as a picture of one bit, for printers that do not know their letters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from appliance.errors import MatineeError
from appliance.paper.slip import one_line

_PLAIN, _BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
_OTHER = "DroidSansFallbackFull.ttf"
_FIRST_HAN = 0x2E80
_LEADING = 1.3


@dataclass(frozen=True, slots=True)
class Ink:
    """One line of the picture."""

    start: str
    end: str = ""
    strong: bool = False
    size: int = 24
    """In dots."""


def drawn(lines: tuple[Ink, ...], width: int, *, right_to_left: bool = False) -> Image.Image:
    """``width`` dots wide, as high as it must be; black is 0. ``paper.no_fonts`` names what is missing."""
    ink = [wrapped for line in lines for wrapped in _wrapped(_clean(line), width)]
    heights = [round(line.size * _LEADING) for line in ink]
    picture = Image.new("1", (width, max(1, sum(heights))), 1)
    pen, y = ImageDraw.Draw(picture), 0
    for line, height in zip(ink, heights, strict=True):
        _put(pen, line.start, line, y, width if right_to_left else 0)
        _put(pen, line.end, line, y, 0 if right_to_left else width)
        y += height
    return picture


def _put(pen: ImageDraw.ImageDraw, words: str, line: Ink, y: int, x: int) -> None:
    """At ``x``: the left edge if it is 0, else the right one."""
    if words:
        face = _face(words, line)
        pen.text((x - (round(face.getlength(words)) if x else 0), y), words, fill=0, font=face)


def _clean(line: Ink) -> Ink:
    """Without what is no letter: a line is a line."""
    return Ink(one_line(line.start), one_line(line.end), line.strong, line.size)


def _wrapped(line: Ink, width: int) -> list[Ink]:
    face = _face(line.start, line)
    room = width - (round(_face(line.end, line).getlength(line.end)) + line.size if line.end else 0)
    found, now = [""], 0
    for word in line.start.split(" "):
        longer = f"{found[now]} {word}".strip()
        if found[now] and face.getlength(longer) > room:
            found.append(word)
            now += 1
        else:
            found[now] = longer
    return [Ink(words, line.end if at == 0 else "", line.strong, line.size) for at, words in enumerate(found)]


def _face(words: str, line: Ink) -> ImageFont.FreeTypeFont:
    if any(ord(letter) >= _FIRST_HAN and not letter.isspace() for letter in words if letter.isalpha()):
        return _loaded(_OTHER if not _is_arabic_form(words) else _PLAIN, line.size)
    return _loaded(_BOLD if line.strong else _PLAIN, line.size)


def _is_arabic_form(words: str) -> bool:
    return any("\ufb50" <= letter <= "\ufeff" for letter in words)


@lru_cache(maxsize=16)
def _loaded(name: str, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(name, size)
    except OSError as missing:
        raise MatineeError("paper.no_fonts", font=name) from missing
