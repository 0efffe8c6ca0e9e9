"""Make the box findable by name: the interface."""

from __future__ import annotations

from typing import Protocol


class Announcer(Protocol):
    """Says on the local network who and where the box is."""

    @property
    def announced(self) -> bool:
        """Whether neighbours can find the box now."""
        ...

    def ensure_announced(self) -> None:
        """Announce if that is not done yet; keep quiet and try again later if the link is not up."""
        ...

    def withdraw(self) -> None:
        """Say goodbye."""
        ...
