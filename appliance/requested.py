"""What hands on the box asked for, each a file that its owner takes in once: it outlives a power cut."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from appliance.errors import MatineeError

WHOLE_CARD = "whole-card"
"""Stands in a reset's request where free space is to be overwritten, too."""


class Wanted(StrEnum):
    """What may be asked, and by which name."""

    NEW_PASSPHRASE = "new-passphrase"  # noqa: S105 a name, no secret
    """The organiser's passphrase was lost."""
    RESET = "reset"
    """Forget everything, at the next start."""
    WIFI = "wifi.json"
    """Networks to join."""
    TAKEN = "taken"
    """Hashes of the files that were taken in: none is taken in twice."""
    REPORT = "report.txt"
    """What became of the last boot file or stick, for the projector."""


class Requests:
    """Files in one folder of the box."""

    def __init__(self, folder: Path) -> None:
        """``folder`` need not be there yet."""
        self._folder = folder

    def path(self, wanted: Wanted) -> Path:
        """Where such a request lies."""
        return self._folder / wanted

    def is_there(self, wanted: Wanted) -> bool:
        """Whether that was asked and not done yet."""
        return self.path(wanted).exists()

    def text(self, wanted: Wanted) -> str:
        """What was asked; empty: nothing."""
        try:
            return self.path(wanted).read_text("utf-8", "replace")
        except OSError:
            return ""

    def done(self, wanted: Wanted) -> None:
        """Ask it no more; again is no fault. ``core.root_unusable`` if the card refuses."""
        try:
            self.path(wanted).unlink(missing_ok=True)
        except OSError as fault:
            raise MatineeError(
                "core.root_unusable", path=self._folder, fault=fault.strerror or fault
            ) from fault
