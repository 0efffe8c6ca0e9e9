"""What strangers may do in the organiser's bucket: read public pages, drop a sealed form. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SMALLEST_FORM_BYTES = 200
LARGEST_FORM_BYTES = 8 << 10
"""A sealed person with the longest name, address and words is under 5 KiB."""


@dataclass(frozen=True, slots=True)
class DropForm:
    """A right to put small objects into one folder until it ends: a signed form (S3's POST policy)."""

    url: str
    fields: Mapping[str, str]
    """To be posted as they are, ``key`` with ``${filename}`` filled in, before the file."""
    ends: datetime


class PublicDoor(Protocol):
    """A bucket that strangers reach over the web."""

    @property
    def address(self) -> str:
        """Where a browser finds the object of the empty key, with a slash at its end."""
        ...

    def form(self, folder: str, now: datetime, days: int) -> DropForm:
        """A form for objects below ``folder``, of a form's size and kind only. Nothing is contacted."""
        ...

    def open_pages(self) -> str:
        """Let everybody read ``public/``, and browsers post; say what was refused, or nothing."""
        ...
