"""How a hall answers: the first echoes of its six walls, and the tail that is left of all the others.

Images of the source (Allen and Berkley, 1979) for the echoes; Sabine's time, and the diffuse field that a
room of so much surface has beyond its critical distance, for the tail.
"""

from __future__ import annotations

import numpy as np
from material import RATE_HZ, Samples
from scenes import Rng

_SOUND_M_S = 343.0
_LEAST_M, _MOST_M = (6.0, 5.0, 2.8), (28.0, 18.0, 8.0)
_ABSORBED = (0.15, 0.6)
_FARTHEST = 3.0
"""No more energy in the tail than so many times the direct sound's."""
_SABINE = 0.161


def answered(samples: Samples, answer: Samples) -> Samples:
    """Return ``samples`` as they are heard there, as long as they were."""
    size = 1 << (len(samples) + len(answer) - 1).bit_length()
    heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(answer, size), size)
    return np.asarray(heard[: len(samples)], np.float32)


def hall(rng: Rng) -> Samples:
    """Return the answer of some hall from some seat to some other; the direct sound is 1, at once."""
    size_m = rng.uniform(_LEAST_M, _MOST_M)
    absorbed = rng.uniform(*_ABSORBED)
    seat, voice = rng.uniform(0.1, 0.9, (2, 3)) * size_m
    walls_m2 = 2 * (size_m[0] * size_m[1] + size_m[1] * size_m[2] + size_m[0] * size_m[2])
    lasts_s = min(2.0, _SABINE * float(np.prod(size_m)) / (walls_m2 * absorbed))
    away_m = float(np.linalg.norm(voice - seat))
    diffuse = 16 * np.pi * away_m**2 * (1 - absorbed) / (walls_m2 * absorbed)
    count = round(lasts_s * RATE_HZ) + 1
    tail = rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
    tail[: round(0.02 * RATE_HZ)] *= 0.2
    tail *= np.sqrt(min(diffuse, _FARTHEST) / (np.sum(np.square(tail)) + 1e-12))
    for met, far_m in _images(size_m, voice, seat):
        place = round((far_m - away_m) / _SOUND_M_S * RATE_HZ)
        if met and place < count:
            tail[place] += (1 - absorbed) ** (met / 2) * away_m / far_m
    tail[0] = 1.0
    return np.asarray(tail, np.float32)


def _images(size_m: Samples, voice: Samples, seat: Samples) -> list[tuple[int, float]]:
    """How many walls each has met, and how far it is from the seat."""
    found = []
    for turns in np.ndindex(3, 3, 3):
        for mirrored in np.ndindex(2, 2, 2):
            over, turned = np.array(turns) - 1, np.array(mirrored)
            place = 2 * over * size_m + np.where(turned, -voice, voice)
            found.append((int(np.abs(2 * over - turned).sum()), float(np.linalg.norm(place - seat))))
    return found
