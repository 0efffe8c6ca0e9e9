"""Signed documents: who published something, and as what."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Signs in the organiser's name. Never on a box."""

    def sign(self, content: bytes, purpose: str) -> bytes:
        """The signature of ``content`` as ``purpose``: one signed for another purpose is none."""
        ...


class Verifier(Protocol):
    """Knows whom the box believes."""

    def check(self, content: bytes, signature: bytes, purpose: str) -> str:
        """Return the number of the key that signed ``content`` as ``purpose``; else raise ``content.*``."""
        ...
