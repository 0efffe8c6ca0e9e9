"""What can be heard in a house, and what lasted of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sound(StrEnum):
    """What is told apart."""

    LAUGHTER = "laughter"
    APPLAUSE = "applause"
    CHEER = "cheer"
    SPEECH = "speech"
    MUSIC = "music"


REACTIONS = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER)
"""What an audience answers with; speech and music are only named."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sound that lasted: seconds on the clock of whoever fed the listener, and its highest probability."""

    sound: Sound
    from_s: float
    to_s: float
    probability: float

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.to_s - self.from_s
