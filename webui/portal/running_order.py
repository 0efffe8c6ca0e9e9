"""The running order for people: films, breaks and talks; what a card does is no news to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from flask_babel import gettext

from appliance.model.programme import ItemKind
from webui.portal.evening import Tonight

_SILENT = frozenset({ItemKind.CARD, ItemKind.BACKDROP})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the printed programme."""

    title: str
    kind: str
    length_ms: int | None
    filmed: bool
    listened: bool
    state: str
    """``done``, ``now``, or empty."""


def running_order(evening: Tonight) -> list[Line]:
    """The programme, with what is on screen marked."""
    return [
        Line(
            item.title,
            _words(item.kind),
            evening.length_ms(item) if item.is_film else None,
            item.capture,
            item.listen,
            _state(index, evening.current),
        )
        for index, item in enumerate(evening.event.programme.items)
        if item.kind not in _SILENT
    ]


def _state(index: int, current: int | None) -> str:
    if current is None or index > current:
        return ""
    return "now" if index == current else "done"


def _words(kind: ItemKind) -> str:
    match kind:
        case ItemKind.FEATURE:
            return str(gettext("Film"))
        case ItemKind.SHORT:
            return str(gettext("Short film"))
        case ItemKind.TRAILER:
            return str(gettext("Trailer"))
        case ItemKind.INTERMISSION:
            return str(gettext("Break"))
        case ItemKind.LIVE:
            return str(gettext("On stage"))
        case ItemKind.CARD | ItemKind.BACKDROP:
            return ""
        case _:
            assert_never(kind)
