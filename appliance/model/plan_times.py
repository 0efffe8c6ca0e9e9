"""How long an evening lasts, and when each part of it begins: from the programme and its films' lengths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.model.programme import Item, Programme

SHORTEST_MIN, LONGEST_MIN = 45, 90
"""What keeps a room together: "45-90 minutes" of the formats that this box was made for."""


@dataclass(frozen=True, slots=True)
class Part:
    """One item and how long it is."""

    item: Item
    seconds: float | None
    """None: until GO, or a film that is not here yet."""


@dataclass(frozen=True, slots=True)
class Total:
    """The whole of it."""

    parts: tuple[Part, ...]

    @property
    def minutes(self) -> float:
        """Of everything whose length is known."""
        return sum(part.seconds or 0 for part in self.parts) / 60

    @property
    def open_ends(self) -> int:
        """How many parts have no length."""
        return sum(part.seconds is None for part in self.parts)

    @property
    def words(self) -> str:
        """``72 minutes: right for 45 to 90``."""
        whole = f"{self.minutes:.0f} minutes"
        if self.minutes > LONGEST_MIN:
            return f"{whole}: longer than {SHORTEST_MIN} to {LONGEST_MIN}, people will leave before the end"
        if self.minutes < SHORTEST_MIN:
            return f"{whole}: shorter than {SHORTEST_MIN} to {LONGEST_MIN}"
        return f"{whole}: right for {SHORTEST_MIN} to {LONGEST_MIN}"


def total(programme: Programme, lengths_ms: Mapping[str, int]) -> Total:
    """Every part in order, films by their ``lengths_ms``; waits count to what they belong to."""
    return Total(tuple(Part(item, _seconds(item, lengths_ms)) for item in programme.items))


def begins(total: Total, starts: datetime) -> tuple[datetime, ...]:
    """When each part begins if the first that is not the doors' card begins at ``starts``."""
    found, now = [], starts
    for at, part in enumerate(total.parts):
        found.append(now)
        if at > 0 or part.seconds is not None:
            now += timedelta(seconds=part.seconds or 0)
    return tuple(found)


def _seconds(item: Item, lengths_ms: Mapping[str, int]) -> float | None:
    waits = item.wait_before_s + item.wait_after_s
    if item.seconds is not None:
        return item.seconds + waits
    if item.film is not None and item.is_film and item.film in lengths_ms:
        return lengths_ms[item.film] / 1000 + waits
    return None
