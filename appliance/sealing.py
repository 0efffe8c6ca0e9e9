"""Sealing: what people write is closed to the box itself, row by row."""

from __future__ import annotations

from typing import Protocol


class Sealer(Protocol):
    """Encrypts to the organiser; there is no way back on the box."""

    def seal(self, plain: bytes) -> str:
        """Return one base64 text that the holder of any recipient's key can open."""
        ...
