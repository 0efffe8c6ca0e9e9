"""What goes when the card is full: a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appliance.ids import Sha256


@dataclass(frozen=True, slots=True)
class Candidate:
    """A film as eviction sees it."""

    sha256: Sha256
    size_bytes: int
    pinned: bool
    """An event that is not over needs it: it never goes."""
    used_at: str
    """When it last came, was pinned or was let go; RFC 3339, UTC."""


def victims(candidates: Iterable[Candidate], need_bytes: int) -> Sequence[Sha256] | None:
    """The films to evict so that ``need_bytes`` become free, longest unused first; None if it can not be.

    Pinned films never go. Nothing goes if all of it together would not be enough: then it is refused instead.
    """
    if need_bytes <= 0:
        return ()
    going: list[Sha256] = []
    free = 0
    for candidate in sorted(candidates, key=lambda film: (film.used_at, film.sha256)):
        if candidate.pinned:
            continue
        going.append(candidate.sha256)
        free += candidate.size_bytes
        if free >= need_bytes:
            return going
    return None
