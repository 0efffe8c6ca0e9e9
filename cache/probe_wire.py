"""What the probe's child is asked and what it answers: lines of JSON, each one of these."""

from __future__ import annotations

from typing import Literal

import msgspec

from cache.probe import FilmFacts, Trial

NO_WALLS = 3
"""Exit status of a child that could not shut itself in, and so did not look."""


class Ask(msgspec.Struct, frozen=True):
    """What to do with the file that stands open as standard input."""

    name: str
    what: Literal["look", "whole", "trial"]
    memory_bytes: int
    cpu_s: int
    trial_s: float = 0.0
    """Seconds of film to decode."""


class Share(msgspec.Struct, frozen=True, tag="share"):
    """How far it is, 0 to 1."""

    done: float


class Found(msgspec.Struct, frozen=True, tag="found"):
    """The facts."""

    facts: FilmFacts


class Tried(msgspec.Struct, frozen=True, tag="tried"):
    """How the trial went."""

    trial: Trial


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """No film, and why."""

    reason: str


Answer = Share | Found | Tried | Refused
