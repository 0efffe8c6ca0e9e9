"""Which film the player keeps dying of: after five deaths it is not opened again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from appliance.clock import Clock
from appliance.errors import MatineeError

DEATHS = 5
WITHIN_S = 120.0
_OPENING_WITHIN_S = 600.0
"""Of lives that end while a film opens behind a card: each lasts a minute, and till a watchdog misses it."""
_REFUSED_S = 900.0
_OPENING_S = 15.0
"""A death while a film opened, or so soon after (with the time to start again), is blamed on that film."""


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the player that did not end well, or has not ended; moments are monotonic seconds."""

    began: float
    opened: str = ""
    opened_at: float = 0.0
    opening: bool = False
    """Whether ``opened`` has neither stood nor failed since."""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the last lives."""

    lives: tuple[Life, ...] = ()
    refused: dict[str, float] = field(default_factory=dict)
    """Path of a film, and until when it stays closed."""


def after_start(record: Record, now: float) -> Record:
    """Begin a life at ``now``: every life on record is a death. Blame a film if there were too many."""
    deaths = tuple(life for life in record.lives if _counts(life, now))
    refused = {film: until for film, until in record.refused.items() if now < until <= now + _REFUSED_S}
    if len(deaths) >= DEATHS:
        film = blamed(deaths, now)
        deaths = ()
        if film:
            refused[film] = now + _REFUSED_S
    return Record((*deaths, Life(now)), refused)


def _counts(life: Life, now: float) -> bool:
    return now - (_OPENING_WITHIN_S if life.opening and not life.seen else WITHIN_S) < life.began <= now


def blamed(deaths: Sequence[Life], now: float) -> str:
    """The film opened just before the last death, else the one that was seen; empty: only cards."""
    last = deaths[-1]
    fresh = last.opening or now - last.opened_at < _OPENING_S
    return last.opened if fresh and last.opened else last.seen


class Mishaps:
    """Keeps the record in ``path``, in a folder that does not outlive the machine's start."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Begin this life."""
        self._path = path
        self._clock = clock
        self._record = after_start(_read(path), clock.monotonic())
        self._write()

    def refusal(self, film: str) -> str | None:
        """Why ``film`` is not opened; None: it may be."""
        until = self._record.refused.get(film)
        if until is None or self._clock.monotonic() >= until:
            return None
        return MatineeError("player.film_kills", times=DEATHS).sentence

    def opening(self, film: str) -> None:
        """Say that ``film`` is about to be opened."""
        now = self._clock.monotonic()
        self._amend(replace(self._record.lives[-1], opened=film, opened_at=now, opening=True))

    def settled(self) -> None:
        """Say that nothing is getting ready any more."""
        life = self._record.lives[-1]
        if life.opening:
            self._amend(replace(life, opening=False, opened_at=self._clock.monotonic()))

    def seen(self, film: str) -> None:
        """Say that ``film`` is on the screen; empty: a card is."""
        if film != self._record.lives[-1].seen:
            self._amend(replace(self._record.lives[-1], seen=film))

    def end(self) -> None:
        """Say that life ended well."""
        self._record = replace(self._record, lives=self._record.lives[:-1])
        self._write()

    def _amend(self, life: Life) -> None:
        self._record = replace(self._record, lives=(*self._record.lives[:-1], life))
        self._write()

    def _write(self) -> None:
        partial = self._path.with_suffix(".part")
        partial.write_bytes(msgspec.json.encode(self._record))
        partial.rename(self._path)


def _read(path: Path) -> Record:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError):
        return Record()
