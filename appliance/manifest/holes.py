"""What a template leaves open: ``‹name: question›`` in any text of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.manifest.faults import Faults

_HOLE = re.compile(r"‹\s*([a-z][a-z0-9_ +-]*?)\s*(?::\s*([^›]*?)\s*)?›")


@dataclass(frozen=True, slots=True)
class Hole:
    """One place that is open."""

    name: str
    place: str
    """``$.event.title``."""
    question: str = ""
    """What somebody has to say there."""

    @property
    def words(self) -> str:
        """The question, else the name."""
        return self.question or self.name


def holes(tables: Mapping[str, object]) -> tuple[Hole, ...]:
    """Every hole in what TOML made of a manifest, in its order; each name once."""
    found: dict[str, Hole] = {}
    for hole in _in(tables, "$"):
        found.setdefault(hole.name, hole)
    return tuple(found.values())


def require_whole(faults: Faults, tables: Mapping[str, object]) -> None:
    """Raise for the first hole that is open, and name the others."""
    open_ = holes(tables)
    if not open_:
        return
    first, *others = open_
    more = f", and still {len(others)} more: {'; '.join(hole.words for hole in others)}" if others else ""
    faults.fail(
        first.place, f"the template leaves this open: {first.words}{more}", "Write it in place of ‹…›."
    )


def _in(value: object, place: str) -> Iterator[Hole]:
    if isinstance(value, str):
        for name, question in _HOLE.findall(value):
            yield Hole(name.partition(" ")[0], place, question)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _in(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _in(inner, f"{place}[{at}]")
