"""How much fits on the card, beside what must stay free for people who sign up."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

KEEP_FREE_BYTES = 256 * 1_000_000
"""Never given to a film: rows, their journals and clips need it."""


class Room:
    """Asks the file system each time; nothing is counted beside it."""

    def __init__(
        self, folder: Path, keep_free: int = KEEP_FREE_BYTES, free: Callable[[Path], int] | None = None
    ) -> None:
        """``free`` tells the bytes that may be written under a folder; a lever for tests."""
        self._folder = folder
        self._keep_free = keep_free
        self._free = free or _free

    def short_by(self, size_bytes: int) -> int:
        """How many bytes are missing for ``size_bytes``; 0 if they fit."""
        return max(0, size_bytes + self._keep_free - self._free(self._folder))

    def fits(self, size_bytes: int) -> bool:
        """Tell whether ``size_bytes`` fit."""
        return self.short_by(size_bytes) == 0


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
