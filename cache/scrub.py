"""Which film to read again next, and when: pure. Cards rot; who looks finds it before the audience does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.ids import Sha256

EACH = timedelta(days=7)
"""How often every film is read from the card."""
BEFORE_SHOW = timedelta(hours=6)
"""From here on what tonight needs is read once more."""
QUIET_BYTES_S = 8_000_000
"""How fast, while nobody is waiting for anything: a tenth of what a card gives."""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """When a film was last found whole."""

    sha256: Sha256
    size_bytes: int
    at: str
    """RFC 3339, UTC; empty: never."""
    pinned: bool


def next_film(
    films: Iterable[Scrubbed], now: datetime, *, starts: datetime | None, busy: bool
) -> Sha256 | None:
    """The film that is due most, None if none is, or if the house is ``busy`` (a show runs).

    ``starts`` is the start of the next event: within six hours of it every pinned film is due that was not
    read within these hours. Otherwise a film is due a week after it was last read, the oldest first.
    """
    if busy:
        return None
    soon = starts is not None and timedelta(0) <= starts - now <= BEFORE_SHOW
    due = [film for film in films if _is_due(film, now, before_show=soon and film.pinned)]
    return (
        min(due, key=lambda film: (not (soon and film.pinned), film.at, film.sha256)).sha256 if due else None
    )


def _is_due(film: Scrubbed, now: datetime, *, before_show: bool) -> bool:
    if not film.at:
        return True
    age = now - datetime.fromisoformat(film.at)
    return age > (BEFORE_SHOW if before_show else EACH) or age < timedelta(0)
