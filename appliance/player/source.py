"""Bytes that an engine reads through us, and not by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Source(Protocol):
    """One reader; used by one thread at a time. ``abort`` may come from any."""

    @property
    def size_bytes(self) -> int | None:
        """How long it is; None: nobody knows, and it can not be sought in."""
        ...

    def seek(self, offset: int) -> int:
        """Go to ``offset`` from the beginning, and return where that is."""
        ...

    def read(self, most: int) -> bytes:
        """Up to ``most`` bytes; none at the end. ``MatineeError`` where they must not be given."""
        ...

    def abort(self) -> None:
        """Let a waiting ``read`` return now."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


OpenSource = Callable[[], Source]
"""Opened on the thread that reads. ``MatineeError`` if that is not possible."""
