"""What a film is, before anybody relies on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What a probe found."""

    duration_ms: int
    video_codec: str
    width: int
    height: int
    fps: float
    audio_codec: str = ""
    """Empty: a silent film."""


class Probe(Protocol):
    """Looks into media files."""

    def film(self, path: Path, name: str) -> FilmFacts:
        """Return the facts, or raise ``media.not_a_film`` naming ``name`` and what is wrong."""
        ...
