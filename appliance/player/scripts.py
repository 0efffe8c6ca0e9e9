"""What letters ask: where a line may break, which type has them, which way they run. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Script(StrEnum):
    """Letters that come in one type."""

    WESTERN = "western"
    """Latin, Greek, Cyrillic, Hebrew, Arabic and all that is not below."""
    HAN = "han"
    """Chinese and Japanese, with their punctuation."""
    HANGUL = "hangul"


_EASTERN = (
    (0x1100, 0x11FF),
    (0x2E80, 0xA4CF),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
"""Chinese, Japanese and Korean, with their punctuation (blocks of Unicode 15)."""
_SPACED = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
"""Korean: its words are kept whole."""
_NOT_FIRST = frozenset({"Pe", "Pf", "Po", "Lm"})
_NOT_LAST = frozenset({"Ps", "Pi"})
"""Categories of letters with which no line begins or ends (as JIS X 4051 and GB/T 15834 have it)."""
_FROM_THE_RIGHT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Unit:
    """What stays on one line, and what stands before it unless it begins one."""

    text: str
    before: str = ""


def units(paragraph: str) -> list[Unit]:
    """Words; of scripts without spaces, single letters with the punctuation that clings to them."""
    found: list[Unit] = []
    for word in paragraph.split():
        before = " " if found else ""
        for piece in _pieces(word):
            found.append(Unit(piece, before))
            before = ""
    return found


def _pieces(word: str) -> list[str]:
    pieces: list[str] = []
    for letter in word:
        clings = pieces and (
            _clings(letter)
            or unicodedata.category(pieces[-1][-1]) in _NOT_LAST
            or not (_breaks(letter) or _breaks(pieces[-1][-1]))
        )
        if clings:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _clings(letter: str) -> bool:
    small = " LETTER SMALL " in unicodedata.name(letter, "") and _within(letter, _EASTERN)
    return small or unicodedata.category(letter) in _NOT_FIRST or bool(unicodedata.combining(letter))


def _breaks(letter: str) -> bool:
    return _within(letter, _EASTERN) and not _within(letter, _SPACED)


def runs(line: str) -> list[tuple[str, Script]]:
    """Pieces of ``line`` of one script each."""
    return [("".join(run), script) for script, run in groupby(line, _script)]


def _script(letter: str) -> Script:
    if _within(letter, _SPACED):
        return Script.HANGUL
    return Script.HAN if _within(letter, _EASTERN) else Script.WESTERN


def rightward(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left (UAX 9, P2 and P3)."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in _FROM_THE_RIGHT or direction == "L":
            return direction != "L"
    return False


def _within(letter: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(letter) <= last for first, last in blocks)
