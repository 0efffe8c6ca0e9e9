"""What stands on a slip, a list or a label: words that somebody chose already, in their language."""

from __future__ import annotations

from dataclasses import dataclass

_RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line: words at its beginning, an amount or a mark at its end."""

    start: str
    end: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """A receipt, or a list, from top to bottom."""

    heading: str
    rows: tuple[Row, ...]
    foot: tuple[str, ...] = ()
    language: str = "en"

    @property
    def right_to_left(self) -> bool:
        """How its lines run."""
        return self.language in _RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True)
class Label:
    """What is stuck on one parcel. No name stands on it."""

    title: str
    code: str
    """Four words; a scanner reads them from the square, too."""
    line: str = ""
    """The evening, or where it is handed over."""


def one_line(words: str) -> str:
    """``words`` with spaces for all that is no letter: a printer takes some of it for commands."""
    return "".join(letter if letter.isprintable() else " " for letter in words)
