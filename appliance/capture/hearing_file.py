"""The best moments of a recording that already is a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.capture.decoding_av import sound_of
from appliance.capture.listening.choice import open_detector
from appliance.capture.listening.listener import Listener
from appliance.capture.listening.log_mel import RATE_HZ
from appliance.capture.listening.sounds import Reaction
from appliance.capture.scoring import ScoredMoment, best_moments


@dataclass(frozen=True, slots=True)
class HeardFile:
    """What was heard in a file."""

    detector: str
    seconds: float
    moments: tuple[ScoredMoment, ...]
    """The best first."""


def moments_of(path: Path) -> HeardFile:
    """Listen to the whole of ``path``; ``listening.bad_sound`` if that can not be done."""
    listener = Listener(open_detector())
    reactions: list[Reaction] = []
    seconds = 0.0
    for block in sound_of(path):
        reactions += listener.hear(block.samples, block.from_s)
        seconds = block.from_s + len(block.samples) / RATE_HZ
    reactions += listener.end()
    return HeardFile(listener.name, round(seconds, 2), best_moments(reactions))
