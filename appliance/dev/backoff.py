"""How long to wait before what died is started again."""

from __future__ import annotations

FIRST_S = 0.1
LONGEST_S = 10.0
SETTLED_S = 20.0
"""Whoever ran this long has a fresh record."""


def failures_after(failures: int, ran_s: float) -> int:
    """Deaths in a row, counting the one just now after ``ran_s`` seconds of life."""
    return 1 if ran_s >= SETTLED_S else failures + 1


def delay_s(failures: int, longest_s: float = LONGEST_S) -> float:
    """Seconds to wait after ``failures`` deaths in a row: 0.1, 0.2, 0.4 ... at most ``longest_s``."""
    return min(longest_s, FIRST_S * 2.0 ** min(failures - 1, 16))
