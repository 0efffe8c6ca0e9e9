"""What strangers type, as it may stand on a page or a screen."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)
"""Controls and what turns the reading direction round; line ends stay."""


_JOINERS = "\u200c\u200d"
"""Formats that words of some languages, and pictures made of several, need."""


def _is_seen(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter) != "Cf"


def plain_words(typed: str) -> str:
    """``typed`` in NFC, line ends of one kind, nothing in it that is not seen, no blanks around it."""
    seen = "".join(letter for letter in _UNSEEN.sub("", typed.replace("\r\n", "\n")) if _is_seen(letter))
    return unicodedata.normalize("NFC", seen).strip().strip(_JOINERS)


def one_line(typed: str) -> str:
    """The same with every run of blanks and line ends as one blank."""
    return " ".join(plain_words(typed).split())
