"""Where the window of a narrow cut stands, from what there is to see. Pure; it follows slowly, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_STILL = 0.2
"""Of the window's width: what moves less is not followed."""
_FASTEST = 0.25
"""Of the picture's width, each second."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The middle of what matters at one time."""

    at_s: float
    x: float
    """0 left, 1 right."""


def path(found: Sequence[Focus], width: int, window: int, rate: float, duration_s: float) -> list[int]:
    """The window's left edge in even pixels, one for each picture of ``rate`` a second.

    The median of three neighbours forgets a single wrong finding; a dead band keeps the window still while
    little moves; beyond it the window goes at a steady pace, never faster than ``_FASTEST``.
    """
    pictures = max(1, round(duration_s * rate))
    if not found:
        return [_edge(0.5, width, window)] * pictures
    steady = _medians(sorted(found, key=lambda focus: focus.at_s))
    centre = target = steady[0].x
    step = _FASTEST / rate
    edges: list[int] = []
    place = 0
    for picture in range(pictures):
        while place + 1 < len(steady) and steady[place + 1].at_s <= picture / rate:
            place += 1
        seen = _between(steady, place, picture / rate)
        if abs(seen - target) * width > _STILL * window:
            target = seen
        centre += min(step, max(-step, target - centre))
        edges.append(_edge(centre, width, window))
    return edges


def _between(steady: Sequence[Focus], place: int, at_s: float) -> float:
    """Between two findings it is taken to go straight from one to the other."""
    here, after = steady[place], steady[min(place + 1, len(steady) - 1)]
    if at_s <= here.at_s or after.at_s <= here.at_s:
        return here.x
    return here.x + (after.x - here.x) * (at_s - here.at_s) / (after.at_s - here.at_s)


def _medians(found: Sequence[Focus]) -> list[Focus]:
    if len(found) < 3:  # noqa: PLR2004 a median of three needs three
        return list(found)
    middles = [
        Focus(one.at_s, sorted((before.x, one.x, after.x))[1])
        for before, one, after in zip(found, found[1:], found[2:], strict=False)
    ]
    return [found[0], *middles, found[-1]]


def _edge(centre: float, width: int, window: int) -> int:
    left = round(centre * width - window / 2)
    return min(max(0, left), width - window) // 2 * 2
