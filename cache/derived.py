"""What can be made again: posters and other small things, in DiskCache. Never films, nothing of people."""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import diskcache

from appliance.clock import Clock, RealClock
from appliance.errors import MatineeError

LARGEST_BYTES = 64 << 20
"""What derived things may take on the card; the least used go first, and all go before any film does."""

AGAIN_S = 600.0
"""What could not be made is tried again only then: each try may take a decoder a minute."""


class Derived:
    """Small files by name. A power cut may lose any of them: they are made again.

    DiskCache's ``JSONDisk``, because its default unpickles whatever lies on the card.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """``folder`` is made as needed; it may be deleted at any time while nobody uses it."""
        self._clock = clock or RealClock()
        self._refused: dict[str, tuple[float, MatineeError]] = {}
        self._kept = diskcache.Cache(
            str(folder),
            disk=diskcache.JSONDisk,
            size_limit=LARGEST_BYTES,
            eviction_policy="least-recently-used",
        )
        self._guard = threading.Lock()
        self._making: dict[str, threading.Lock] = {}

    def has(self, name: str) -> bool:
        """Whether ``name`` was made already and is still here."""
        return bool(self._found(name))

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes called ``name``, made by ``make`` if they are not here.

        Whoever asks while they are made waits for them: a room full of phones costs one decoder. What
        ``make`` says it can not make is not asked of it again for ten minutes; the same error comes at once.
        """
        kept = self._found(name)
        if kept:
            return kept
        with self._guard:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            return self._found(name) or self._keep(name, self._made(name, make))

    def _made(self, name: str, make: Callable[[], bytes]) -> bytes:
        until, before = self._refused.get(name, (0.0, None))
        if before is not None and self._clock.monotonic() < until:
            raise MatineeError(before.key, **before.facts) from before
        try:
            return make()
        except MatineeError as fault:
            self._refused[name] = self._clock.monotonic() + AGAIN_S, fault
            raise

    def _keep(self, name: str, made: bytes) -> bytes:
        self._kept.set(name, b64encode(made).decode("ascii"))
        return made

    def _found(self, name: str) -> bytes:
        kept = self._kept.get(name)
        return b64decode(kept) if isinstance(kept, str) else b""

    def close(self) -> None:
        """Let go of the files."""
        self._kept.close()
