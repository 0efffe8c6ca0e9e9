"""Which of a film's sound tracks is wanted: a pure choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DESCRIBED = "described"
"""The word for audio description in ``Film.audio_track``."""
_SAYS_DESCRIBED = ("descri", "visual", "hörfilm", "audiodes", "blind")
_SAME = {
    "ger": "de",
    "deu": "de",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "ara": "ar",
    "heb": "he",
    "jpn": "ja",
    "zho": "zh",
    "chi": "zh",
    "nld": "nl",
    "dut": "nl",
    "por": "pt",
    "pol": "pl",
    "tur": "tr",
    "ukr": "uk",
    "rus": "ru",
}
"""ISO 639-2, which films carry, to ISO 639-1, which people write."""


@dataclass(frozen=True, slots=True)
class Track:
    """One sound track of a film."""

    number: int
    language: str = ""
    words: str = ""

    @property
    def described(self) -> bool:
        """Whether its title says that it describes the picture."""
        return any(word in self.words.casefold() for word in _SAYS_DESCRIBED)


def choose(tracks: Sequence[Track], wanted: str) -> int | None:
    """Number of the track for ``wanted`` (language, ``described``, or ``de+described``); None: none fits."""
    parts = {part.strip().casefold() for part in wanted.split("+")}
    described = DESCRIBED in parts
    languages = {_short(part) for part in parts - {DESCRIBED}}
    fitting = [
        track
        for track in tracks
        if track.described == described and (not languages or _short(track.language) in languages)
    ]
    return fitting[0].number if fitting else None


def _short(language: str) -> str:
    code = language.casefold().split("-")[0]
    return _SAME.get(code, code)
