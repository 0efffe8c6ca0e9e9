"""The figures of an organiser's evenings, and how they are read by people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from appliance.audience.double_use import DoubleUse


@dataclass(frozen=True, slots=True)
class EventFigures:
    """One event, over all boxes that showed it. Every fact counts once, however often it arrived."""

    event: str
    """Empty: what happened while no event was loaded."""
    boxes: tuple[str, ...]
    attendance: int
    """People who signed up."""
    checked_in: int
    """People who were let in, each pass once over all boxes, without what was undone."""
    came_again: int = 0
    """Passes with evenings before this one: counted from what people hold, never from devices."""
    claims: dict[str, int] = field(default_factory=dict)
    """Units reserved, by drop."""
    clips_made: int = 0
    clips_approved: int = 0
    facts: int = 0
    started: datetime | None = None
    """When the first box's show began."""
    ended: datetime | None = None
    """When the last box's show ended."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What `matinee cloud report` says."""

    events: tuple[EventFigures, ...]
    unread: int = 0
    """Objects in the bucket that no box of ours can have written; they count for nothing."""
    doubles: tuple[DoubleUse, ...] = ()
    """Passes that were used at two doors which could not talk."""

    def json(self) -> bytes:
        """As one JSON document."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    def table(self) -> str:
        """As text, one event a line, its drops below it."""
        lines = [_LINE.format("Event", "Boxes", "People", "At the door", "Clips", "Began", "Ended")]
        for event in self.events:
            lines.append(_line(event))
            if event.came_again:
                lines.append(f"    {event.came_again} came again")
            lines += [f"    {drop}: {count} reserved" for drop, count in event.claims.items()]
        if not self.events:
            lines = ["Nothing has arrived in the bucket yet."]
        lines += [_double(double) for double in self.doubles]
        if self.unread:
            lines.append(f"{self.unread} objects could not be read and were left out.")
        return "\n".join(lines) + "\n"


_LINE = "{:<28} {:>5} {:>7} {:>12} {:>7}  {:<17} {:<17}"


def _line(event: EventFigures) -> str:
    return _LINE.format(
        event.event or "(no event)",
        len(event.boxes),
        event.attendance,
        event.checked_in,
        f"{event.clips_approved}/{event.clips_made}",
        _moment(event.started),
        _moment(event.ended),
    )


def _double(double: DoubleUse) -> str:
    counted, beside = double.counted, double.beside
    return (
        f"One pass was used at two doors of {counted.event}: at {counted.box} ({_moment(counted.at)}), which"
        f" counts, and at {beside.box} ({_moment(beside.at)}). Pass: {counted.subject}"
    )


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%MZ") if at else "-"
