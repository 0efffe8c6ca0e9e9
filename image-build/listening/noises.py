"""What a hall is full of besides an audience's answer, made here: murmur, rain, rustling, steps, wind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from filters import banded, in_a_room
from material import RATE_HZ, Samples
from scenes import Rng, noise


def murmur(rng: Rng, speech: Sequence[Samples]) -> Samples:
    """Three to twenty people who talk at once: a house before the show."""
    count = int(rng.uniform(2, 5) * RATE_HZ)
    out = np.zeros(count, np.float32)
    for _ in range(int(rng.integers(3, 20))):
        said = speech[int(rng.integers(len(speech)))]
        begin = int(rng.integers(max(1, len(said) - RATE_HZ // 2)))
        said = np.roll(np.resize(said, count), -begin)
        places = np.arange(0, count - 1, rng.uniform(0.85, 1.2))
        said = np.interp(places, np.arange(count), said)
        out += np.resize(said, count) * rng.uniform(0.4, 1)
    return in_a_room(out, rng, (0.2, 1), (0.2, 1.5))


def rain(rng: Rng) -> Samples:
    """Also frying, and steam: even noise, with drops in it."""
    count = int(rng.uniform(1.5, 5) * RATE_HZ)
    even = banded(
        rng.standard_normal(count).astype(np.float32), rng.uniform(100, 1500), rng.uniform(2500, 7800)
    )
    drops = np.zeros(count, np.float32)
    for _ in range(int(rng.uniform(5, 200) * count / RATE_HZ)):
        place = int(rng.integers(count - 200))
        at = np.arange(200) / RATE_HZ
        ping = np.sin(2 * np.pi * rng.uniform(800, 5000) * at) * np.exp(-at / rng.uniform(0.0005, 0.003))
        drops[place : place + 200] += ping * np.exp(rng.normal(0, 0.7))
    both = even + drops * rng.uniform(0, 2)
    return both * np.interp(np.arange(count) / count, np.linspace(0, 1, 4), rng.uniform(0.2, 1, 4))


def rustling(rng: Rng) -> Samples:
    """Paper, coats, bags of crisps."""
    count = int(rng.uniform(0.5, 3) * RATE_HZ)
    even = banded(
        rng.standard_normal(count).astype(np.float32), rng.uniform(500, 2500), rng.uniform(4000, 7900)
    )
    knots = int(count / RATE_HZ * rng.uniform(6, 30)) + 2
    return even * np.interp(
        np.arange(count), np.linspace(0, count, knots), rng.random(knots) ** rng.uniform(1, 5)
    )


def steps(rng: Rng) -> Samples:
    """Somebody walks, or knocks in time."""
    count = int(rng.uniform(1, 4) * RATE_HZ)
    out = np.zeros(count, np.float32)
    at_s, pace, hertz = 0.05, rng.uniform(1.2, 4), rng.uniform(60, 400)
    while at_s < count / RATE_HZ - 0.25:
        long = int(0.2 * RATE_HZ)
        at = np.arange(long) / RATE_HZ
        scrape = banded(rng.standard_normal(long).astype(np.float32), 300, rng.uniform(1500, 6000))
        one = np.sin(2 * np.pi * hertz * at) * np.exp(-at / 0.03)
        one = one + scrape * np.exp(-at / rng.uniform(0.005, 0.04)) * rng.uniform(0.1, 0.8)
        place = int(at_s * RATE_HZ)
        out[place : place + long] += one * rng.uniform(0.5, 1)
        at_s += 1 / pace * (1 + rng.normal(0, 0.08))
    return out


def wind(rng: Rng) -> Samples:
    """Also a ventilator that comes and goes."""
    count = int(rng.uniform(2, 5) * RATE_HZ)
    blown = noise(rng, count, rng.uniform(1, 2.4))
    blown = banded(blown, rng.uniform(30, 300), rng.uniform(500, 3000))
    knots = int(rng.integers(3, 9))
    return blown * np.interp(np.arange(count), np.linspace(0, count, knots), rng.random(knots) + 0.05)
