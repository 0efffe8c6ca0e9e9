"""The interface of whatever tells from a patch of sound what is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from appliance.capture.listening.log_mel import Mel

Probabilities = npt.NDArray[np.float32]
"""One for each ``Sound``, in its order, 0 to 1; several may be likely at once."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A sound begins at ``on`` and lasts until it falls below ``off``."""

    on: float
    off: float


class Detector(Protocol):
    """Judges 0.96 s of sound at a time. What it is worth is measured by ``tests/bench/listening.py``."""

    name: str
    """For people: "YAMNet", or which simpler way it is and why."""
    thresholds: tuple[Thresholds, ...]
    """One for each ``Sound``; what is a reaction has those of the first one, see ``Reacting``."""

    def judge(self, patch: Mel) -> Probabilities:
        """Return how likely each sound is in a logged patch of 96 x 64, levelled to the usual loudness."""
        ...
