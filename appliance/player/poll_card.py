"""The bars of a question to the room: each answer with how many chose it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import ImageDraw

from appliance.model.poll import Bar
from appliance.player.typesetting import Face, fit, length, write

_TRACK = "#2b2620"
_LABEL, _BAR, _AIR = 5.2, 2.2, 2.4
"""Per cent of the height."""


def draw_bars(
    pen: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    bars: Sequence[Bar],
    part: Callable[[float], int],
    colours: tuple[str, str],
) -> None:
    """Draw ``bars`` under each other into ``box``; ``part``: pixels of a share of the height.

    ``colours``: of the words, and of the bars.
    """
    left, top, right, bottom = box
    words, filled = colours
    most = max((bar.count for bar in bars), default=0)
    thick = part(_BAR)
    row = min((bottom - top) // len(bars), part(_LABEL * 1.6 + _BAR + _AIR))
    room = row - thick - part(_AIR)
    for at, bar in enumerate(bars):
        y = top + at * row
        count = fit(str(bar.count), Face.BOLD, part(_LABEL), (right - left, room), part(3))
        wide = round(length(count.lines[0], count.face, count.size))
        label = fit(bar.label, Face.PLAIN, part(_LABEL), (right - left - wide - part(3), room), part(3))
        line = label.lines[0]
        start = right - length(line, label.face, label.size) if label.from_the_right else left
        write(
            pen,
            (left if label.from_the_right else right - wide, y),
            count.lines[0],
            count.face,
            count.size,
            filled,
        )
        write(pen, (start, y), line, label.face, label.size, words)
        under = y + room
        pen.rectangle((left, under, right, under + thick), fill=_TRACK)
        if bar.count:
            reach = max(thick, (right - left) * bar.count // most)
            span = (right - reach, right) if label.from_the_right else (left, left + reach)
            pen.rectangle((span[0], under, span[1], under + thick), fill=filled)
