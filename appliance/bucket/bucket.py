"""The organiser's bucket as box and organiser see it, whatever it is made of."""

from __future__ import annotations

import threading
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


class Traffic:
    """What went over a line so far, repetitions included; TLS and TCP are not. For any thread."""

    def __init__(self) -> None:
        """Nothing went yet."""
        self._adding = threading.Lock()
        self._sent_bytes = self._received_bytes = self._parts_bytes = 0

    @property
    def sent_bytes(self) -> int:
        """Up."""
        return self._sent_bytes

    @property
    def received_bytes(self) -> int:
        """Down."""
        return self._received_bytes

    @property
    def all_bytes(self) -> int:
        """Both ways."""
        return self._sent_bytes + self._received_bytes

    @property
    def parts_bytes(self) -> int:
        """Of those, what uploads in parts took."""
        return self._parts_bytes

    def add(self, sent: int = 0, received: int = 0, *, of_a_part: bool = False) -> None:
        """So many bytes more went, or came."""
        with self._adding:
            self._sent_bytes += sent
            self._received_bytes += received
            self._parts_bytes += sent + received if of_a_part else 0


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
