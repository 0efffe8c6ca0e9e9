"""Audiences made here, of whom packages have too few: hands that clap, voices that cheer, laughter."""

from __future__ import annotations

import numpy as np
from filters import banded, in_a_room, loudness
from material import RATE_HZ, Samples
from scenes import Rng

_VOWELS = (
    (730, 1090, 2440),
    (570, 840, 2410),
    (530, 1840, 2480),
    (300, 870, 2240),
    (270, 2290, 3010),
    (660, 1720, 2410),
    (850, 1200, 2600),
)
"""Three formants each, in hertz, after Peterson and Barney (1952)."""
_LAUGHED = (0, 1, 2, 5, 6)
_MELODIES = ((1, 1.6, 1.3), (0.8, 1.9, 2.2), (1.4, 1.5, 1))


def clapping(rng: Rng, seconds: float | None = None, people: int | None = None) -> Samples:
    """Hands of their own size and pace; from a handful of people to a hall."""
    seconds = seconds or rng.uniform(4, 9)
    count = int(seconds * RATE_HZ)
    people = people or int(np.exp(rng.uniform(np.log(3), np.log(250))))
    out = np.zeros(count + RATE_HZ, np.float32)
    for _ in range(people):
        hands = (rng.uniform(600, 2600), rng.uniform(0.8, 4), rng.uniform(0.002, 0.008))
        pace = rng.uniform(2.5, 5.5)
        loud = np.exp(rng.normal(0, 0.6))
        at_s = rng.uniform(0, 0.6) * (1 if people < 20 else 2) * rng.random()
        uneven = rng.uniform(0.02, 0.12)
        until_s = seconds - rng.exponential(seconds * 0.1)
        usual = _clap(rng, *hands)
        while at_s < until_s:
            one = (usual if rng.random() < 0.6 else _clap(rng, *hands)) * loud * rng.uniform(0.6, 1.2)
            place = int(at_s * RATE_HZ)
            out[place : place + len(one)] += one
            at_s += 1 / pace * (1 + rng.normal(0, uneven))
    return in_a_room(out[:count], rng)


def _clap(rng: Rng, hertz: float, sharp: float, lasts_s: float) -> Samples:
    count = round(0.03 * RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(count) * np.exp(-np.arange(count) / RATE_HZ / lasts_s))
    every = np.fft.rfftfreq(count, 1 / RATE_HZ)
    gain = 1 / (1 + (sharp * (every / hertz - hertz / np.maximum(every, 1))) ** 2) + 0.08
    return np.fft.irfft(spectrum * np.sqrt(gain), count)


def _voice(rng: Rng, seconds: float, hertz: Samples, tract: float, vowels: tuple[int, int]) -> Samples:
    """One call: a buzz that follows ``hertz``, through a mouth that goes from one vowel to the other."""
    count = int(seconds * RATE_HZ)
    at = np.arange(count) / count
    pitch = np.interp(at, np.linspace(0, 1, len(hertz)), hertz) * (
        1
        + 0.02 * np.sin(2 * np.pi * rng.uniform(4, 7) * seconds * at)
        + 0.01 * np.cumsum(rng.standard_normal(count)) / np.sqrt(count)
    )
    turns = np.cumsum(pitch) / RATE_HZ
    buzz = (np.diff(np.floor(turns), prepend=0) > 0).astype(np.float32) + 0.02 * rng.standard_normal(count)
    spectrum, every = np.fft.rfft(buzz), np.fft.rfftfreq(count, 1 / RATE_HZ)
    out = np.zeros(count)
    for vowel, share in zip(vowels, (1 - at, at), strict=True):
        formants = zip(_VOWELS[vowel], (90, 130, 200), (1, 0.7, 0.35), strict=True)
        gain = sum(loud / (1 + ((every - one * tract) / wide) ** 2) for one, wide, loud in formants)
        out = out + np.fft.irfft(spectrum * np.sqrt(gain), count) * share
    edges = np.minimum(1, np.minimum(at * seconds / 0.06, (1 - at) * seconds / 0.15))
    called = (out * edges).astype(np.float32)
    return called / loudness(called)


def cheering(rng: Rng) -> Samples:
    """Six to ninety people who shout vowels, half the time with hands."""
    seconds = rng.uniform(3, 7)
    count = int(seconds * RATE_HZ)
    out = np.zeros(count + 4 * RATE_HZ, np.float32)
    people = int(np.exp(rng.uniform(np.log(6), np.log(90))))
    rng.random()
    for _ in range(people):
        child = rng.random() < 0.3
        if child:
            base, tract = rng.uniform(250, 500), rng.uniform(1.1, 1.3)
        else:
            base = rng.uniform(140, 260) if rng.random() < 0.6 else rng.uniform(220, 420)
            tract = rng.uniform(0.9, 1.15)
        at_s = rng.exponential(0.25)
        loud = np.exp(rng.normal(0, 0.5))
        while at_s < seconds - 0.6:
            lasts_s = rng.uniform(0.4, 1.8)
            melody = np.array(_MELODIES[int(rng.integers(3))])
            hertz = base * melody * rng.uniform(0.9, 1.2)
            vowels = int(rng.integers(len(_VOWELS))), int(rng.integers(len(_VOWELS)))
            one = _voice(rng, lasts_s, hertz, tract, vowels)
            place = int(at_s * RATE_HZ)
            out[place : place + len(one)] += one[: len(out) - place] * loud
            at_s += lasts_s + rng.exponential(0.5)
    out = out[:count]
    if rng.random() < 0.5:
        hands = clapping(rng, seconds, int(rng.integers(5, 60)))[:count]
        out[: len(hands)] += hands * rng.uniform(0.2, 1) * loudness(out) / loudness(hands)
    knots = np.concatenate(([rng.uniform(0.5, 1)], rng.uniform(0.6, 1, 3), [rng.uniform(0.2, 0.7)]))
    return in_a_room(out * np.interp(np.arange(count) / count, np.linspace(0, 1, 5), knots), rng)


def laughing(rng: Rng) -> Samples:
    """One to twenty-five people: ha, ha, with breath between, falling."""
    people = int(np.exp(rng.uniform(np.log(1), np.log(25))))
    seconds = rng.uniform(1.2, 4.5)
    count = int(seconds * RATE_HZ)
    out = np.zeros(count + RATE_HZ, np.float32)
    for _ in range(people):
        _laugh(rng, out, seconds, alone=people == 1)
    return in_a_room(out[:count], rng, (0.1, 0.7), (0.05, 0.7))


def _laugh(rng: Rng, out: Samples, seconds: float, *, alone: bool) -> None:
    high = rng.random() < 0.5
    base = rng.uniform(200, 420) if high else rng.uniform(110, 240)
    tract = rng.uniform(1.02, 1.2) if high else rng.uniform(0.88, 1.05)
    at_s = rng.exponential(0.15) * (not alone)
    rate = rng.uniform(3.8, 6.5)
    vowel = int(rng.choice(_LAUGHED))
    vowels = vowel, int(rng.choice((0, 5, vowel)))
    loud = np.exp(rng.normal(0, 0.5))
    fall = rng.uniform(0.75, 1.02)
    begin = rng.uniform(1.2, 2.2)
    breath = rng.uniform(0.05, 0.6)
    while at_s < seconds - 0.3:
        height = begin
        for _ in range(int(rng.integers(3, 9))):
            if at_s > seconds - 0.25:
                break
            lasts_s = rng.uniform(0.35, 0.75) / rate
            one = _voice(rng, max(0.04, lasts_s), base * height * np.array((1.1, 1, 0.9)), tract, vowels)
            gap = max(1, int((1 / rate - lasts_s) * RATE_HZ))
            air = banded(rng.standard_normal(max(64, gap)).astype(np.float32), 500, 4000)[:gap] * breath
            both = np.concatenate((air, one))
            place = int(at_s * RATE_HZ)
            out[place : place + len(both)] += both[: len(out) - place] * loud
            at_s += 1 / rate * (1 + rng.normal(0, 0.06))
            height *= fall**0.5
            loud *= rng.uniform(0.85, 1.05)
        at_s += rng.uniform(0.15, 0.6)
        loud = np.exp(rng.normal(0, 0.5))
