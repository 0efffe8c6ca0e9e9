"""One pass at two doors that could not talk: found when their facts meet, and settled by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """Somebody was let in at a box: from when, until when."""

    event: str
    subject: str
    box: str
    at: datetime
    proven: bool
    """Whether the box's clock was."""
    people: int = 1
    stamps: int = 0
    left: datetime | None = None
    """None: they stayed."""


@dataclass(frozen=True, slots=True)
class DoubleUse:
    """One pass was used at two doors; ``counted`` is the entry that stands."""

    counted: Entry
    beside: Entry


@dataclass(frozen=True, slots=True)
class Settled:
    """Who came, each once, and what was used twice."""

    came: tuple[Entry, ...]
    doubles: tuple[DoubleUse, ...]


def settle(entries: Iterable[Entry]) -> Settled:
    """Settle: the same entries in any order give the same answer, so every computer that asks agrees.

    The earliest entry counts if the clocks of all boxes concerned were proven, else that of the box whose
    name comes first. Who had left by the one door before coming in by the other used nothing twice, but only
    proven clocks can say so.
    """
    of_pass: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(_by_box(entries)):
        of_pass[entry.event, entry.subject].append(entry)
    came, doubles = [], []
    for used in of_pass.values():
        sure = all(entry.proven for entry in used)
        first = min(used, key=lambda entry: (entry.at, entry.box) if sure else entry.box)
        came.append(first)
        doubles += [
            DoubleUse(first, other)
            for other in used
            if other is not first and not (sure and _had_left(first, other))
        ]
    return Settled(tuple(came), tuple(doubles))


def _by_box(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each pass and box: coming back by the same door is no other use."""
    found: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.event, entry.subject, entry.box].append(entry)
    return [_joined(sorted(same, key=lambda entry: (entry.at, entry.people))) for same in found.values()]


def _joined(same: list[Entry]) -> Entry:
    first = same[0]
    ends = [entry.left for entry in same if entry.left is not None]
    return Entry(
        first.event, first.subject, first.box, first.at, all(entry.proven for entry in same),
        max(entry.people for entry in same), max(entry.stamps for entry in same),
        max(ends) if len(ends) == len(same) else None,
    )  # fmt: skip


def _had_left(first: Entry, other: Entry) -> bool:
    return first.left is not None and first.left <= other.at
