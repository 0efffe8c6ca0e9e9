"""The same few laughs and claps as other people's, in other houses: for training alone.

Recordings are few: what is learnt of one must not be its pitch, its room or its microphone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from halls import answered, hall
from material import RATE_HZ, Samples, Source
from scenes import REACTIONS, Rng, coloured, lasting, pitched

_EACH = 5
_MADE = 0.25
"""Share of made crowds, where there are recordings too."""
_OCTAVES = 0.35
_HOUSE, _HOUSE_OF = 0.4, (4, 24)
"""Share of laughs that are a whole house's, and how many people that is."""
_HALL = 0.4
_LASTS_S = 6.0


def varied(material: Sequence[Source], rng: Rng) -> list[Source]:
    """Return a few reactions of each kind, each changed in its own way, and all that is no reaction."""
    few = [
        Source(kind, "train", f"varied/{number}", _one(material, kind, rng))
        for kind in REACTIONS
        for number in range(_EACH)
    ]
    return [*few, *(one for one in material if one.kind not in REACTIONS)]


def _one(material: Sequence[Source], kind: str, rng: Rng) -> Samples:
    of_it = [one for one in material if one.kind == kind]
    made = [one for one in of_it if one.name.startswith("made-")]
    heard = [one for one in of_it if not one.name.startswith("made-")]
    choices = made if made and (not heard or rng.random() < _MADE) else heard
    if kind == "laughter" and heard and rng.random() < _HOUSE:
        sound = _house(heard, rng)
    else:
        sound = _other(choices[int(rng.integers(len(choices)))].samples, rng)
    if rng.random() < _HALL:
        sound = answered(sound, hall(rng))
    loud = np.sqrt(np.mean(np.square(sound)) + 1e-12)
    return np.asarray(sound / loud * 0.1, np.float32)


def _house(choices: Sequence[Source], rng: Rng) -> Samples:
    """Many people who laugh at once, each in their own voice; they begin, and end, nearly together."""
    wanted = round(rng.uniform(2, _LASTS_S) * RATE_HZ)
    total = np.zeros(wanted, np.float32)
    for _ in range(int(rng.integers(*_HOUSE_OF))):
        sound = _other(choices[int(rng.integers(len(choices)))].samples, rng)
        begin = min(round(rng.exponential(0.25) * RATE_HZ), wanted // 2)
        for_long = round((wanted - begin) * rng.uniform(0.5, 1.0))
        part = lasting(np.roll(sound, int(rng.integers(len(sound)))), for_long)
        total[begin : begin + for_long] += part * np.float32(np.exp(rng.normal(0, 0.6)))
    return total


def _other(samples: Samples, rng: Rng) -> Samples:
    """Higher or lower, brighter or duller."""
    return coloured(pitched(samples, 2 ** rng.uniform(-_OCTAVES, _OCTAVES)), rng)
