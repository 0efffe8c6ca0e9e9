"""How a show is read and heard: chosen for the evening, by its manifest or by a hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewing:
    """A choice for one show. None leaves it as it is: a hand's to the manifest's, that to the house's."""

    subtitles: str | None = None
    """Language of the subtitles (BCP 47); empty: none."""
    audio_track: str | None = None
    """Language, ``described``, or both: ``de+described``; empty: each film's first."""
    relaxed: bool | None = None
    """A relaxed screening: the lights never quite down, and no film louder than the house says."""

    def over(self, below: Viewing) -> Viewing:
        """The choice where one was made, else the one ``below``."""
        return Viewing(
            below.subtitles if self.subtitles is None else self.subtitles,
            below.audio_track if self.audio_track is None else self.audio_track,
            below.relaxed if self.relaxed is None else self.relaxed,
        )


AS_IT_IS = Viewing()
"""Nothing is chosen."""
USUAL = Viewing(subtitles="", audio_track="", relaxed=False)
"""No subtitles, each film's first sound, no relaxed screening."""
