"""Charts as inline SVG: drawn by numbers, coloured by the stylesheet, readable without colours. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH = 640
_ROW = 34
_LABEL = 190
_VALUE = 70


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of parts beside each other; each part has its own shade."""

    label: str
    parts: tuple[float, ...]
    value: str
    """What stands at its end."""


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """Horizontal bars on one scale; ``title`` is what a screen reader says of the whole."""
    most = max((sum(row.parts) for row in rows), default=0) or 1
    room = _WIDTH - _LABEL - _VALUE
    drawn = Markup().join(_bar(row, at * _ROW, room / most) for at, row in enumerate(rows))
    return _svg(title, _ROW * len(rows), drawn)


def columns(title: str, rows: Sequence[Bar]) -> Markup:
    """Columns over time, parts on top of each other; few labels where there are many columns."""
    high, foot = 190, 34
    most = max((sum(row.parts) for row in rows), default=0) or 1
    wide = _WIDTH / max(6, len(rows))
    every = -(-len(rows) // 12)
    drawn = []
    for at, row in enumerate(rows):
        left, top = at * wide + wide * 0.12, float(high)
        for shade, part in enumerate(row.parts):
            tall = part / most * (high - 24)
            top -= tall
            drawn.append(_rect(left, top, wide * 0.76, tall, shade))
        middle = at * wide + wide / 2
        if at % every == 0:
            drawn.append(_text(middle, high + 22, row.label, "middle"))
        if every == 1:
            drawn.append(_text(middle, top - 6, row.value, "middle"))
    return _svg(title, high + foot, Markup().join(drawn))


def _bar(row: Bar, top: float, scale: float) -> Markup:
    drawn = [_text(0, top + 21, _short(row.label), "start")]
    left = float(_LABEL)
    for shade, part in enumerate(row.parts):
        drawn.append(_rect(left, top + 6, part * scale, _ROW - 12, shade))
        left += part * scale
    drawn.append(_text(left + 8, top + 21, row.value, "start"))
    return Markup().join(drawn)


def _svg(title: str, height: float, drawn: Markup) -> Markup:
    return Markup('<svg class="chart" viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, height, title, drawn
    )


def _rect(left: float, top: float, wide: float, tall: float, shade: int) -> Markup:
    return Markup('<rect class="shade-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        shade, left, top, max(0.0, wide), max(0.0, tall)
    )


def _text(left: float, foot: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(left, foot, anchor, words)


def _short(label: str) -> str:
    longest = 24
    return label if len(label) <= longest else f"{label[: longest - 1]}\u2026"
