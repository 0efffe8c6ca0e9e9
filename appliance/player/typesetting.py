"""Text in a box: wrap, balance, shrink; never overflow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from PIL import ImageFont

from appliance.errors import MatineeError

_LEADING = 1.22
_SHRINK = 0.94
_ELLIPSIS = "…"


class Face(StrEnum):
    """The type faces on the screen: those of Debian's fonts-dejavu-core."""

    PLAIN = "DejaVuSans.ttf"
    BOLD = "DejaVuSans-Bold.ttf"


@lru_cache(maxsize=128)
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Load a face at ``size`` pixels; ``player.no_fonts`` names the package."""
    try:
        return ImageFont.truetype(face.value, size)
    except OSError as missing:
        raise MatineeError("player.no_fonts", font=face.value) from missing


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
    def height(self) -> int:
        """Pixels of all lines."""
        return self.leading * len(self.lines)

    @property
    def width(self) -> int:
        """Pixels of the longest line."""
        return max((round(font(self.face, self.size).getlength(line)) for line in self.lines), default=0)


def fit(text: str, face: Face, size: int, box: tuple[int, int], smallest: int) -> Block:
    """Set ``text`` in ``box`` (width, height), at most ``size`` large; at ``smallest`` it is cut."""
    width, height = box
    smallest = min(smallest, size)
    while True:
        lines = _wrap(text, face, size, width)
        block = Block(tuple(lines), face, size)
        whole_words = all(font(face, size).getlength(word) <= width for word in text.split())
        if block.height <= height and (whole_words or size == smallest):
            return Block(tuple(_balance(lines, face, size)), face, size)
        if size == smallest:
            return _cut(block, width, height)
        size = max(smallest, int(size * _SHRINK))


def _wrap(text: str, face: Face, size: int, width: int) -> list[str]:
    measure = font(face, size).getlength
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            wider = f"{line} {word}".strip()
            if not line or measure(wider) <= width:
                line = wider
            else:
                lines.append(line)
                line = word
            while measure(line) > width and len(line) > 1:
                head = _longest_head(line, face, size, width)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line)
    return lines


def _longest_head(word: str, face: Face, size: int, width: int) -> str:
    measure = font(face, size).getlength
    end = len(word)
    while end > 1 and measure(word[:end]) > width:
        end -= 1
    return word[:end]


def _balance(lines: list[str], face: Face, size: int) -> list[str]:
    """Make lines of one paragraph about equally long, so that no single word hangs over."""
    if len(lines) < 2:  # noqa: PLR2004 one line is balanced
        return lines
    text = " ".join(lines)
    low, high = 1, max(round(font(face, size).getlength(line)) + 1 for line in lines)
    best = lines
    while low < high:
        middle = (low + high) // 2
        tried = _wrap(text, face, size, middle)
        if len(tried) <= len(lines) and " ".join(tried) == text:
            best, high = tried, middle
        else:
            low = middle + 1
    return best


def _cut(block: Block, width: int, height: int) -> Block:
    kept = list(block.lines[: max(1, height // block.leading)])
    if len(kept) < len(block.lines):
        measure = font(block.face, block.size).getlength
        last = kept[-1]
        while last and measure(last + _ELLIPSIS) > width:
            last = last[:-1]
        kept[-1] = last.rstrip() + _ELLIPSIS
    return Block(tuple(kept), block.face, block.size)
