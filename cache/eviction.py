"""What goes when the card is full: a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from appliance.ids import Sha256


class Stage(IntEnum):
    """The order of sacrifice. People, and what was not yet uploaded, are in none of these."""

    DERIVED = 0
    """It can be made again."""
    FILM = 1
    """It can be brought again."""
    CAPTURE = 2
    """The house's own pictures: only those that lie in the bucket, and none of tonight's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A film, or a file, as eviction sees it."""

    sha256: Sha256
    """Of a film; empty for a file."""
    size_bytes: int
    pinned: bool
    """An event that is not over needs it: it never goes."""
    used_at: str
    """When it last came, was pinned or was let go; RFC 3339, UTC."""
    stage: Stage = Stage.FILM
    path: Path | None = None
    """Of a file."""


def victims(candidates: Iterable[Candidate], need_bytes: int) -> Sequence[Candidate] | None:
    """What goes so that ``need_bytes`` become free, by stage, then longest unused first; None if it can not.

    What is pinned never goes. Nothing goes if all of it together would not be enough: then it is refused.
    """
    if need_bytes <= 0:
        return ()
    going: list[Candidate] = []
    free = 0
    for candidate in sorted(candidates, key=_order):
        if candidate.pinned:
            continue
        going.append(candidate)
        free += candidate.size_bytes
        if free >= need_bytes:
            return going
    return None


def _order(candidate: Candidate) -> tuple[Stage, str, str, str]:
    return candidate.stage, candidate.used_at, candidate.sha256, str(candidate.path)
