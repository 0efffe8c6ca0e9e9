"""What is wrong with a manifest: every fault names its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from appliance.errors import MatineeError
from appliance.manifest.lines import line_of


@dataclass(frozen=True, slots=True)
class Faults:
    """Carries text and path."""

    text: str
    path: str

    def fail(self, place: str, fault: str, remedy: str) -> NoReturn:
        """Raise ``manifest.wrong`` for ``place``, such as ``$.item[2].title``."""
        raise MatineeError(
            "manifest.wrong",
            path=self.path,
            line=line_of(self.text, place),
            where=place.removeprefix("$.") or "the whole file",
            fault=fault,
            remedy=remedy,
        )
