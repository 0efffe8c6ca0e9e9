"""Every sound over time: what the house does, and what else is heard. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.capture.listening.hearing import Probabilities, Thresholds
from appliance.capture.listening.hysteresis import Lasting
from appliance.capture.listening.reacting import Reacting
from appliance.capture.listening.sounds import REACTIONS, Reaction, Sound


class AllLasting:
    """Reactions exclude each other; speech or music may go on beneath them."""

    def __init__(self, thresholds: Sequence[Thresholds]) -> None:
        """``thresholds``: one for each ``Sound``; reactions have those of the first."""
        each = dict(zip(Sound, thresholds, strict=True))
        self._reacting = Reacting(each[REACTIONS[0]])
        self._others = {
            place: Lasting(sound, each[sound]) for place, sound in enumerate(Sound) if sound not in REACTIONS
        }

    def take(self, at_s: float, probabilities: Probabilities) -> tuple[Reaction, ...]:
        """Take the judgement of one patch; return what has ended."""
        others = (one.take(at_s, float(probabilities[place])) for place, one in self._others.items())
        return _told(self._reacting.take(at_s, probabilities), *others)

    @property
    def so_far(self) -> tuple[Reaction, ...]:
        """All that is heard now."""
        return _told(self._reacting.so_far, *(one.so_far for one in self._others.values()))

    def end(self) -> tuple[Reaction, ...]:
        """End all that goes on."""
        return _told(self._reacting.end(), *(one.end() for one in self._others.values()))


def _told(*all_of_them: Reaction | None) -> tuple[Reaction, ...]:
    return tuple(one for one in all_of_them if one is not None)
