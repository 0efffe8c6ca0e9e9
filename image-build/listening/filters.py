"""What made sounds have in common: bands, rooms, envelopes."""

from __future__ import annotations

import numpy as np
from material import RATE_HZ, Samples
from scenes import Rng


def banded(samples: Samples, low_hz: float, high_hz: float) -> Samples:
    """Keep gently what lies between the two."""
    spectrum, hertz = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    gain = 1 / (1 + (low_hz / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high_hz) ** 4)
    return np.fft.irfft(spectrum * np.sqrt(gain), len(samples)).astype(np.float32)


def in_a_room(
    samples: Samples,
    rng: Rng,
    lasts_s: tuple[float, float] = (0.2, 1.2),
    wet: tuple[float, float] = (0.2, 1.2),
) -> Samples:
    """Return ``samples`` as some room answers."""
    count = round(rng.uniform(*lasts_s) * RATE_HZ)
    tail = rng.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    tail = banded(tail.astype(np.float32), 100, rng.uniform(2500, 7000))
    tail *= rng.uniform(*wet) / np.sqrt((tail**2).sum())
    tail[0] += 1
    size = 1 << (len(samples) + count).bit_length()
    answered = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)
    return np.asarray(answered[: len(samples)], np.float32)


def swelling(rng: Rng, count: int, knots: int, least: float) -> Samples:
    """A loudness that wanders between ``least`` and 1."""
    return np.interp(np.arange(count) / count, np.linspace(0, 1, knots), rng.uniform(least, 1, knots))


def loudness(samples: Samples) -> float:
    """The root of the mean square."""
    return float(np.sqrt((samples**2).mean())) + 1e-9
