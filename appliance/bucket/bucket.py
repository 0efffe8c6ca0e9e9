"""The organiser's bucket as box and organiser see it, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from cache.fetching import Progress


class Put(StrEnum):
    """How a put ended."""

    STORED = "stored"
    ALREADY = "already"
    """An object of that key was there and stays as it was; only if ``only_if_absent``."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One line of a listing. Keys come from outside: never use one as a path unchecked."""

    key: str
    size_bytes: int


@dataclass
class Traffic:
    """What went over a line so far, headers and repetitions included; TLS and TCP are not."""

    sent_bytes: int = 0
    received_bytes: int = 0


class Shelf(Protocol):
    """Where published objects can be read: a bucket, or a stick.

    Every method may raise ``bucket.away`` (try again later, in ``retry_after_s`` of its facts if it asked for
    time), ``bucket.clock_skewed`` (set the clock), ``bucket.full`` (make room) or ``bucket.refused`` (someone
    has to act); reading also raises ``bucket.no_object``.
    """

    @property
    def where(self) -> str:
        """Where it is, for people; never a secret."""
        ...

    def read(self, key: str, offset: int, length: int) -> Iterator[bytes]:
        """Give ``length`` bytes of the object from ``offset`` on in pieces; it may end early."""
        ...


class Bucket(Shelf, Protocol):
    """Objects by key; keys are relative to the organiser's prefix and use ``/``."""

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        """Store ``content`` (a ``Path`` is streamed) whole or not at all; durable when it returns.

        ``progress`` hears how much of a file has left, each time more of it has.
        """
        ...

    def get(self, key: str) -> bytes:
        """The whole object; for small ones."""
        ...

    def fetch(self, key: str, into: Path) -> Path:
        """Give the object as a file: ``into``, written whole or not at all, or the bucket's own file."""
        ...

    def exists(self, key: str) -> bool:
        """Tell whether there is an object of that key; needs the right to read it."""
        ...

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Objects whose key begins with ``prefix``, in any order (servers differ); a box may not list."""
        ...


@runtime_checkable
class Metered(Protocol):
    """A bucket at the other end of an internet line."""

    @property
    def traffic(self) -> Traffic:
        """What went over it."""
        ...
