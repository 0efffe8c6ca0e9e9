"""What the draft's page shows: each section with its rows, the programme with its times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance.model import plan_times
from provisioning.draft_state import DraftState
from webui.console.setup_event_fields import Section
from webui.console.setup_event_forms import SECTIONS


@dataclass(frozen=True, slots=True)
class Row:
    """One table."""

    at: int
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what is in it."""

    section: Section
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """The page's content."""

    programme: tuple[Row, ...]
    total: str
    parts: tuple[Part, ...]
    films: tuple[tuple[str, bool], ...]
    """Each film that the programme names, and whether it is on the card."""

    @property
    def missing(self) -> int:
        """How many films are not here."""
        return sum(not here for _, here in self.films)


def view(state: DraftState, lengths_ms: Mapping[str, int]) -> DraftView:
    """Make it; ``lengths_ms`` are the films of the card by name."""
    event = state.event
    total = None if event is None else plan_times.total(event.programme, lengths_ms)
    names = () if event is None else event.films
    words: dict[str, str] = {}
    if event is not None and total is not None:
        begins = plan_times.begins(total, event.starts)
        for part, begin in zip(total.parts, begins, strict=True):
            words[part.item.id] = f"{begin:%H:%M} · {_length(part.seconds)}"
    programme = _rows(SECTIONS["item"], state.tables)
    return DraftView(
        tuple(Row(row.at, row.name, _item_words(state.tables, row.at, words)) for row in programme),
        "" if total is None else total.words,
        tuple(
            Part(section, _rows(section, state.tables))
            for section in SECTIONS.values()
            if section.table != "item"
        ),
        tuple((name, name in lengths_ms) for name in names),
    )


def _rows(section: Section, tables: Mapping[str, Any]) -> tuple[Row, ...]:
    found = tables.get(section.table, [])
    rows = found if isinstance(found, list) else [found]
    return tuple(Row(at, _name(section, row), _words(section, row)) for at, row in enumerate(rows))


def _name(section: Section, row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in section.names if row.get(key)), section.one)


def _words(section: Section, row: Mapping[str, Any]) -> str:
    """The first few other things that are said of it."""
    told = [
        str(row[field.key])
        for field in section.fields
        if field.key not in {*section.names, "id", "text"}
        and isinstance(row.get(field.key), (str, int, float))
        and not isinstance(row.get(field.key), bool)
    ]
    return " · ".join(told[:3])


def _item_words(tables: Mapping[str, Any], at: int, words: Mapping[str, str]) -> str:
    item = tables["item"][at]
    kind = str(item.get("kind", ""))
    return f"{kind} · {words.get(str(item.get('id')), 'a reserve' if item.get('reserve') else '')}"


def _length(seconds: float | None) -> str:
    if seconds is None:
        return "until GO"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 as people say it
