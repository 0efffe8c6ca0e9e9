"""Whole numbers as programs write them: other scripts' digits, signs and spaces are none."""

from __future__ import annotations

_LONGEST = 18
"""Digits; more would not fit into a column of SQLite."""


def whole(text: str) -> int | None:
    """The number that ``text`` writes with ASCII digits alone; None for anything else, also for one too long.

    ``str.isdigit`` says yes to a superscript two, which ``int`` then refuses, and to any length.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None
