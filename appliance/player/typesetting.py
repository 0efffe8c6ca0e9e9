"""Text in a box: wrap, balance, shrink; never overflow. Where lines may break: scripts.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from PIL import ImageDraw, ImageFont

from appliance.errors import MatineeError
from appliance.player.scripts import Script, Unit, rightward, runs, units

_LEADING = 1.22
_SHRINK = 0.94
_ELLIPSIS = "…"


class Face(StrEnum):
    """The type faces on the screen: those of Debian's fonts-dejavu-core."""

    PLAIN = "DejaVuSans.ttf"
    BOLD = "DejaVuSans-Bold.ttf"


_OTHER = {
    (Script.HAN, Face.PLAIN): "DroidSansFallbackFull.ttf",
    (Script.HAN, Face.BOLD): "DroidSansFallbackFull.ttf",
    (Script.HANGUL, Face.PLAIN): "NanumGothic.ttf",
    (Script.HANGUL, Face.BOLD): "NanumGothicBold.ttf",
}
"""Of Debian's fonts-droid-fallback and fonts-nanum."""
_STROKE = 36
"""The first of them has one weight only: for bold, a stroke of this part of the size is drawn around it."""


@lru_cache(maxsize=128)
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Load a face at ``size`` pixels; ``player.no_fonts`` names the package."""
    try:
        return ImageFont.truetype(face.value, size)
    except OSError as missing:
        raise MatineeError("player.no_fonts", font=face.value) from missing


@lru_cache(maxsize=64)
def _letters(script: Script, face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Type for ``script``; the western one, with empty boxes, where its package is missing."""
    try:
        return ImageFont.truetype(_OTHER[script, face], size)
    except (OSError, KeyError):
        return font(face, size)


def _runs(line: str, face: Face, size: int) -> list[tuple[str, ImageFont.FreeTypeFont, int]]:
    """Pieces of ``line``, each with the type that has its letters, and how thick a stroke it needs."""
    stroke = round(size / _STROKE) if face is Face.BOLD else 0
    return [
        (piece, _letters(script, face, size), stroke if script is Script.HAN else 0)
        for piece, script in runs(line)
    ]


@lru_cache(maxsize=4096)
def length(line: str, face: Face, size: int) -> float:
    """Pixels from one end of ``line`` to the other."""
    return sum(letters.getlength(piece) for piece, letters, _stroke in _runs(line, face, size))


def write(
    pen: ImageDraw.ImageDraw, corner: tuple[float, float], line: str, face: Face, size: int, colour: str
) -> None:
    """Draw ``line`` rightwards from ``corner``: its left end, and the top of its letters' box."""
    x, top = corner
    base = top + font(face, size).getmetrics()[0]
    for piece, letters, stroke in _runs(line, face, size):
        pen.text((x, base), piece, fill=colour, font=letters, anchor="ls", stroke_width=stroke)
        x += letters.getlength(piece)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size that fit their box."""

    lines: tuple[str, ...]
    face: Face
    size: int

    @property
    def leading(self) -> int:
        """Pixels from one baseline to the next."""
        return round(self.size * _LEADING)

    @property
    def from_the_right(self) -> bool:
        """Whether it is read from right to left."""
        return rightward("".join(self.lines))

    @property
    def height(self) -> int:
        """Pixels of all lines."""
        return self.leading * len(self.lines)

    @property
    def width(self) -> int:
        """Pixels of the longest line."""
        return max((round(length(line, self.face, self.size)) for line in self.lines), default=0)


def fit(text: str, face: Face, size: int, box: tuple[int, int], smallest: int) -> Block:
    """Set ``text`` in ``box`` (width, height), at most ``size`` large; at ``smallest`` it is cut."""
    width, height = box
    smallest = min(smallest, size)
    paragraphs = [units(paragraph) for paragraph in text.splitlines()]
    while True:
        lines = [line for paragraph in paragraphs for line in _wrap(paragraph, face, size, width)]
        block = Block(tuple(lines), face, size)
        whole = all(length(unit.text, face, size) <= width for paragraph in paragraphs for unit in paragraph)
        if block.height <= height and (whole or size == smallest):
            balanced = [_balanced(paragraph, face, size, width) for paragraph in paragraphs]
            return Block(tuple(line for lines in balanced for line in lines), face, size)
        if size == smallest:
            return _cut(block, width, height)
        size = max(smallest, int(size * _SHRINK))


def _wrap(paragraph: list[Unit], face: Face, size: int, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for unit in paragraph:
        wider = f"{line}{unit.before}{unit.text}" if line else unit.text
        if not line or length(wider, face, size) <= width:
            line = wider
        else:
            lines.append(line)
            line = unit.text
        while length(line, face, size) > width and len(line) > 1:
            head = _longest_head(line, face, size, width)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line]


def _longest_head(word: str, face: Face, size: int, width: int) -> str:
    end = len(word)
    while end > 1 and length(word[:end], face, size) > width:
        end -= 1
    return word[:end]


def _balanced(paragraph: list[Unit], face: Face, size: int, width: int) -> list[str]:
    """Lines of one paragraph, about equally long, so that no single word hangs over."""
    best = _wrap(paragraph, face, size, width)
    widest = max((length(unit.text, face, size) for unit in paragraph), default=0)
    low, high = round(widest) + 1, width
    while len(best) > 1 and low < high:
        middle = (low + high) // 2
        tried = _wrap(paragraph, face, size, middle)
        if len(tried) <= len(best):
            best, high = tried, middle
        else:
            low = middle + 1
    return best


def _cut(block: Block, width: int, height: int) -> Block:
    kept = list(block.lines[: max(1, height // block.leading)])
    if len(kept) < len(block.lines):
        last = kept[-1]
        while last and length(last + _ELLIPSIS, block.face, block.size) > width:
            last = last[:-1]
        kept[-1] = last.rstrip() + _ELLIPSIS
    return Block(tuple(kept), block.face, block.size)
