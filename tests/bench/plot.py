"""Columns of a result as small plots, in SVG: a dot for each row, a line from the least to the most."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from table import Cell

_SPREAD = re.compile(r"(-?[\d.]+) \((-?[\d.]+)-(-?[\d.]+)\)")
_LINE, _LEFT, _WIDE, _RIGHT = 22, 330, 300, 90


@dataclass(frozen=True)
class Figure:
    """One cell that is a figure; without a spread, all three are the same."""

    mid: float
    low: float
    high: float


def figure(cell: Cell) -> Figure | None:
    """What a cell says, None if it is words."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return Figure(float(cell), float(cell), float(cell))
    spread = _SPREAD.fullmatch(cell)
    return Figure(*map(float, spread.groups())) if spread else None


def plots(rows: Sequence[Mapping[str, Cell]]) -> list[str]:
    """One for each column that holds figures, and at least two that differ."""
    words = [column for column in rows[0] if any(isinstance(row[column], str) for row in rows)]
    named = [column for column in words if not any(figure(row[column]) for row in rows)]
    found = []
    for column in rows[0]:
        figures = [figure(row[column]) for row in rows]
        if len({one.mid for one in figures if one is not None}) > 1:
            labels = [", ".join(str(row[name]) for name in named) for row in rows]
            found.append(_plot(column, labels, figures))
    return found


def _plot(title: str, labels: Sequence[str], figures: Sequence[Figure | None]) -> str:
    most = max(one.high for one in figures if one is not None) or 1.0
    height = _LINE * (len(labels) + 1)
    parts = [f'<text class="name" x="0" y="14">{escape(title)}</text>']
    for number, (label, one) in enumerate(zip(labels, figures, strict=True), 1):
        y = number * _LINE + 12
        parts.append(
            f'<text class="row" x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(label)}</text>'
        )
        parts.append(f'<line class="rail" x1="{_LEFT}" x2="{_LEFT + _WIDE}" y1="{y}" y2="{y}"/>')
        if one is None:
            continue
        low, mid, high = (_LEFT + _WIDE * max(0.0, value) / most for value in (one.low, one.mid, one.high))
        parts.append(f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>')
        parts.append(f'<circle cx="{mid:.1f}" cy="{y}" r="4"/>')
        parts.append(f'<text class="value" x="{_LEFT + _WIDE + 10}" y="{y + 4}">{one.mid:g}</text>')
    size = f'viewBox="0 0 {_LEFT + _WIDE + _RIGHT} {height + 8}"'
    return f'<svg {size} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
