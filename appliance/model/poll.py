"""A question to the room, answered on phones and seen on the screen as bars that grow."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.ids import ItemId, ShowId

MOST_ANSWERS = 6
"""That are read well from the last row."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer, and how many chose it."""

    label: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class PollNow:
    """What phones may answer now."""

    show: ShowId
    item: ItemId
    question: str
    answers: tuple[str, ...]


def bars(answers: tuple[str, ...], counts: tuple[int, ...]) -> tuple[Bar, ...]:
    """Each answer with its count; what was not counted yet is nothing."""
    return tuple(Bar(label, counts[at] if at < len(counts) else 0) for at, label in enumerate(answers))
