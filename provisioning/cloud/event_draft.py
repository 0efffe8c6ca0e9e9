"""A first ``event.toml`` from what one fills into a form: cards around films, a filmed talk. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from appliance.ids import EventId
from provisioning.cloud.toml_text import Value, toml_text

_LONGEST_ID = 40
_DOORS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person says about an evening."""

    title: str
    starts: datetime
    """With its offset."""
    venue: str
    place: str
    capacity: int
    text: str
    films: Sequence[str]
    """Names on the shelf, in the order in which they are shown."""
    talk: bool
    """A talk with the makers after the last film; it is filmed, and the room is told so."""
    organiser: str
    contact: str


def slug(title: str) -> str:
    """``harbour-lights`` of ``Harbour Lights!``; ``evening`` if nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-") or "evening"


def event_id(draft: Draft, taken: set[str]) -> EventId:
    """An id that says what and when, and is free."""
    return free_id(f"{slug(draft.title)}-{draft.starts:%Y-%m-%d}", taken)


def free_id(name: str, taken: Collection[str]) -> EventId:
    """``name``, or with a number behind it if that is ``taken``."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return EventId(free)


def manifest_of(draft: Draft, event: EventId) -> str:
    """The text of ``event.toml``; whether every value is good, ``event_manifest.check`` says."""
    tables: list[tuple[str, dict[str, Value]]] = [
        ("[event]", {"id": event, "title": draft.title}),
        ("", {"language": "en", "text": draft.text}),
        ("[venue]", {"name": draft.venue, "place": draft.place, "capacity": draft.capacity}),
        ("[organiser]", {"name": draft.organiser, "contact": draft.contact}),
        *(("[[item]]", item) for item in _items(draft)),
    ]
    times = f"starts = {draft.starts.isoformat()}\ndoors = {(draft.starts - _DOORS).isoformat()}\n"
    parts = [f"{head}\n{toml_text(values)}" if head else times + toml_text(values) for head, values in tables]
    return "matinee = 1\n\n" + "\n".join(parts).replace("\n\nstarts", "\nstarts")


def _items(draft: Draft) -> Iterator[dict[str, Value]]:
    yield {
        "id": "doors", "kind": "card", "title": draft.title, "layout": "idle",
        "lines": ["Doors are open. Point your phone here."], "qr": True, "lights": "up", "then": "go",
    }  # fmt: skip
    for number, film in enumerate(draft.films, start=1):
        title = Path(film).stem.replace("_", " ").strip() or film
        yield {
            "id": f"film-{number}", "kind": "feature", "title": title[:120], "film": film, "lights": "down",
        }  # fmt: skip
    if draft.talk:
        yield {
            "id": "talk", "kind": "live", "title": "Questions and answers",
            "lines": ["We film this part. The last two rows stay out of the picture."],
            "lights": "half", "then": "go", "capture": True,
        }  # fmt: skip
    yield {
        "id": "goodnight", "kind": "card", "title": "Good night", "layout": "closing",
        "lines": ["Thank you for coming"], "qr": True, "lights": "up", "then": "go",
    }  # fmt: skip
