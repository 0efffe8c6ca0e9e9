"""The bars of a question to the room: each answer with how many chose it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import ImageDraw

from appliance.model.poll import Bar
from appliance.player.typesetting import Face, fit, length, write

_TRACK = "#2b2620"
_LABEL, _BAR, _AIR, _SMALLEST = 5.2, 2.2, 2.4, 2.6
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
    row = min((bottom - top) // len(bars), part(_LABEL * 1.6 + _BAR + _AIR))
    thick = max(2, min(part(_BAR), row // 5))
    room = row - thick - min(part(_AIR), row // 6)
    for at, bar in enumerate(bars):
        y = top + at * row
        count = fit(str(bar.count), Face.BOLD, part(_LABEL), (right - left, room), part(_SMALLEST))
        wide = round(length(count.lines[0], count.face, count.size))
        label = fit(
            bar.label, Face.PLAIN, part(_LABEL), (right - left - wide - part(3), room), part(_SMALLEST)
        )
        mirrored = label.from_the_right
        write(pen, (left if mirrored else right - wide, y), count.lines[0], count.face, count.size, filled)
        for number, line in enumerate(label.lines):
            start = right - length(line, label.face, label.size) if mirrored else left
            write(pen, (start, y + number * label.leading), line, label.face, label.size, words)
        under = y + room
        pen.rectangle((left, under, right, under + thick), fill=_TRACK)
        if bar.count:
            reach = max(thick, (right - left) * bar.count // most)
            span = (right - reach, right) if mirrored else (left, left + reach)
            pen.rectangle((span[0], under, span[1], under + thick), fill=filled)
