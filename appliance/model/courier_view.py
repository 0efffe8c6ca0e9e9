"""What a courier takes along, and what was brought back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CourierPack:
    """A courier's file that lies packed on the box."""

    name: str
    """Of the file."""
    path: str
    """Where it lies until the next one is packed."""
    objects: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CourierKey:
    """Who packs."""

    key: str
    """The minisign public key that the organiser is told once."""


@dataclass(frozen=True, slots=True)
class CourierReceipt:
    """The organiser's word that something arrived."""

    objects: int
    """How many of what waited it freed."""
