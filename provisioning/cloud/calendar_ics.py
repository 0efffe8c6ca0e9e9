"""Events as iCalendar (RFC 5545), for phones, neighbourhood calendars and co-ops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.model.event import Event

_LONGEST_LINE_BYTES = 75


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event in a calendar."""

    event: Event
    ends: datetime
    page: str = ""
    """Address of its public page; empty: none."""


def calendar(entries: Iterable[CalendarEntry], made_at: datetime) -> str:
    """One VCALENDAR of all ``entries``, folded and with CRLF (sections 3.1 and 3.4)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Matinee//Matinee//EN", "METHOD:PUBLISH"]
    for entry in entries:
        lines += _entry(entry, made_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _entry(entry: CalendarEntry, made_at: datetime) -> list[str]:
    event = entry.event
    place = ", ".join(part for part in (event.venue.name, event.venue.place) if part)
    told = "\n".join(part for part in (event.text.strip(), *event.venue.access) if part)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.id}@matinee",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(event.starts)}",
        f"DTEND:{_utc(entry.ends)}",
        f"SUMMARY:{_text(event.title)}",
        f"LOCATION:{_text(place)}",
    ]
    if told:
        lines.append(f"DESCRIPTION:{_text(told)}")
    if entry.page:
        lines.append(f"URL:{entry.page}")
    return [*lines, "END:VEVENT"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Escaped (section 3.3.11)."""
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(line.strip() for line in escaped.splitlines())


def _folded(line: str) -> str:
    """At most 75 bytes a line, never within a character."""
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST_LINE_BYTES:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    return "\r\n".join([*pieces, piece])
