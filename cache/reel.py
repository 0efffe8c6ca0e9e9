"""Reels: films that follow each other without a wait and are made alike, as runs to be joined. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from appliance.ids import Sha256

FORMAT = 2
"""Part of a reel's name: raised when joining changes, so that old reels are made again."""


@dataclass(frozen=True, slots=True)
class Make:
    """How a film is made. Films of one make can be joined without encoding them again."""

    video: str
    """Codec, size, pixels, pictures a second, and the codec's own set-up."""
    audio: tuple[str, ...]
    """The same of each sound track, with its language."""


@dataclass(frozen=True, slots=True)
class Link:
    """One item of a programme, as far as reels care."""

    sha256: Sha256 | None
    """Its film; None for a card."""
    make: Make | None = None
    """None if it can not be joined to anything."""
    runs_on: bool = False
    """Whether the next item follows by itself, at once."""


@dataclass(frozen=True, slots=True)
class Part:
    """One film in a reel: from ``begin_ms`` to ``end_ms`` of the joined file."""

    begin_ms: int
    end_ms: int


class Joiner(Protocol):
    """Joins films without encoding them again."""

    def make(self, film: Path) -> Make | None:
        """How ``film`` is made; None if it can not be joined."""
        ...

    def join(self, films: Sequence[Path], reel: Path) -> tuple[Part, ...] | None:
        """Write ``films`` one after the other into ``reel``, its block hashes beside it.

        What is read of films that have block hashes is proven first. None, and no file, if anything is odd.
        """
        ...


def runs(links: Sequence[Link]) -> list[range]:
    """Places of items to be joined: neighbours of one make that run on, two at least."""
    found: list[range] = []
    begin = 0
    for place, (before, after) in enumerate(pairwise([*links, Link(None)]), start=1):
        together = before.runs_on and before.make is not None and before.make == after.make
        if not together:
            if place - begin > 1:
                found.append(range(begin, place))
            begin = place
    return found


def reel_name(films: Sequence[Sha256]) -> str:
    """Name of the file in which ``films`` are joined: the same films in the same order, the same name."""
    digest = hashlib.sha256("\n".join([f"reel {FORMAT}", *films]).encode())
    return f"{digest.hexdigest()}.mkv"
