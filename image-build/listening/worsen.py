"""What halls and microphones do to sound: reverberation, colour, hum, noise, clipping, distance."""

from __future__ import annotations

import numpy as np
from halls import answered, hall
from material import RATE_HZ, Samples
from scenes import Rng, coloured, noise


def worsened(samples: Samples, rng: Rng) -> Samples:
    """Return ``samples`` as some microphone in some hall would have it."""
    out = samples
    chance = rng.random()
    if chance < 0.6:
        out = answered(out, hall(rng) if chance < 0.35 else _tail(rng))
    if rng.random() < 0.6:
        out = coloured(out, rng)
    loud = float(np.sqrt(np.mean(np.square(out)))) + 1e-9
    if rng.random() < 0.7:
        out = out + noise(rng, len(out), rng.uniform(0, 2)) * np.float32(
            loud * 10 ** (rng.uniform(-45, -12) / 20) / 0.1
        )
    if rng.random() < 0.3:
        out = out + _hum(rng, len(out)) * np.float32(loud * 10 ** (rng.uniform(-30, 0) / 20))
    if rng.random() < 0.2:
        out = np.clip(out * np.float32(rng.uniform(2, 10)), -1, 1)
    return (out * np.float32(10 ** (rng.uniform(-36, 0) / 20))).astype(np.float32)


def _tail(rng: Rng) -> Samples:
    lasts_s = rng.uniform(0.15, 0.9)
    count = round(lasts_s * RATE_HZ)
    tail = rng.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    tail *= rng.uniform(0.1, 0.6) / np.sqrt(np.sum(np.square(tail)))
    tail[0] += 1.0
    return tail.astype(np.float32)


def _hum(rng: Rng, length: int) -> Samples:
    seconds = np.arange(length) / RATE_HZ
    base = float(rng.choice((50.0, 60.0)))
    waves = [
        np.sin(2 * np.pi * base * n * seconds + rng.uniform(0, 6)) / n ** rng.uniform(0.5, 2)
        for n in range(1, 9)
    ]
    return np.asarray(np.sum(waves, axis=0), np.float32)
