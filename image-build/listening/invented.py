"""Sounds that no package has enough of, made here for training: howls, engines, knocks, cutlery, sirens.

Beside them those of ``crowds`` and ``noises``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import crowds
import noises
import numpy as np
from material import RATE_HZ, Samples, Source
from scenes import Rng, noise

_EACH = 14
_SEED = 41


def invented() -> list[Source]:
    """Return them; the same each time."""
    made = []
    for name, make in (
        ("howl", _howl),
        ("engine", _engine),
        ("knocks", _knocks),
        ("cutlery", _cutlery),
        ("siren", _siren),
    ):
        for number in range(_EACH):
            samples = make(np.random.default_rng((_SEED, len(made))))
            loud = np.sqrt(np.mean(np.square(samples)) + 1e-12)
            kept = np.asarray(samples / loud * 0.1, np.float32)
            made.append(Source("other", "train", f"invented-{name}/{number}", kept))
    return made


def invented_crowds(speech: Sequence[Samples]) -> list[Source]:
    """Return made audiences, and made noises of a hall; ``speech`` is what a murmur is made of."""
    return [
        *_made("claps", "applause", 12, 34883, crowds.clapping),
        *_made("cheers", "cheer", 12, 41016, crowds.cheering),
        *_made("hahas", "laughter", 12, 94424, crowds.laughing),
        *_made("babble", "other", 14, 11494, lambda rng: noises.murmur(rng, speech)),
        *_made("rain", "other", 10, 80937, noises.rain),
        *_made("rustle", "other", 14, 64690, noises.rustling),
        *_made("steps", "other", 10, 38991, noises.steps),
        *_made("wind", "other", 8, 88094, noises.wind),
    ]


def _made(name: str, kind: str, count: int, seed: int, make: Callable[[Rng], Samples]) -> list[Source]:
    made = []
    for number in range(count):
        samples = np.asarray(make(np.random.default_rng((77, seed, number))), np.float32)
        loud = np.sqrt((samples**2).mean() + 1e-12)
        made.append(Source(kind, "train", f"made-{name}/{number}", samples / loud * np.float32(0.1)))
    return made


def _seconds(rng: Rng, least: float, most: float) -> Samples:
    return (np.arange(round(rng.uniform(least, most) * RATE_HZ)) / RATE_HZ).astype(np.float32)


def _voiced(hertz: Samples, rng: Rng, partials: int, fall: float) -> Samples:
    turns = 2 * np.pi * np.cumsum(hertz) / RATE_HZ
    waves = [
        np.sin(turns * n + rng.uniform(0, 6)) / n**fall
        for n in range(1, partials + 1)
        if hertz.max() * n < RATE_HZ / 2
    ]
    return np.asarray(np.sum(waves, axis=0), np.float32)


def _howl(rng: Rng) -> Samples:
    """A dog, a child, a hinge: one voice that rises and falls."""
    at = _seconds(rng, 0.4, 2.5)
    bend = np.interp(at, np.linspace(0, at[-1], 4), rng.uniform(0.7, 1.5, 4))
    shaken = 1 + 0.03 * np.sin(2 * np.pi * rng.uniform(4, 9) * at)
    sound = _voiced(rng.uniform(180, 1100) * bend * shaken, rng, 14, rng.uniform(0.5, 1.6))
    breath = noise(rng, len(at), 1.0) * rng.uniform(0, 4)
    return (sound + breath) * np.abs(np.sin(np.pi * at / at[-1])) ** 0.4


def _engine(rng: Rng) -> Samples:
    """A motor that comes and goes."""
    at = _seconds(rng, 1.5, 4.0)
    turns = rng.uniform(18, 90) * np.interp(at, np.linspace(0, at[-1], 3), rng.uniform(0.7, 1.4, 3))
    rough = 1 + 0.4 * noise(rng, len(at), 1.5) / 0.1
    passing = np.exp(-np.square((at - at[-1] / 2) / at[-1] / rng.uniform(0.2, 1.0)))
    return _voiced(turns, rng, 60, rng.uniform(0.6, 1.2)) * rough * passing


def _struck(rng: Rng, at: Samples, hertz: Samples, lasts_s: float) -> Samples:
    waves = [np.sin(2 * np.pi * one * at + rng.uniform(0, 6)) * rng.uniform(0.2, 1) for one in hertz]
    hit = noise(rng, len(at), 0.5) * np.exp(-at / 0.004) * 20
    return np.asarray(np.sum(waves, axis=0) * np.exp(-at / lasts_s) + hit, np.float32)


def _knocks(rng: Rng) -> Samples:
    """A door, a chair, steps: dull and irregular."""
    return _many(rng, int(rng.integers(1, 9)), (70, 700), (0.02, 0.12))


def _cutlery(rng: Rng) -> Samples:
    """Forks, glasses, keys: bright and irregular."""
    return _many(rng, int(rng.integers(2, 16)), (1500, 7000), (0.02, 0.3))


def _many(rng: Rng, times: int, band: tuple[float, float], lasts_s: tuple[float, float]) -> Samples:
    out = np.zeros(round(rng.uniform(0.4, 2.5) * RATE_HZ), np.float32)
    for _ in range(times):
        begin = int(rng.integers(max(1, len(out) - RATE_HZ // 4)))
        at = (np.arange(len(out) - begin) / RATE_HZ).astype(np.float32)
        out[begin:] += _struck(rng, at, rng.uniform(*band, 5), rng.uniform(*lasts_s)) * rng.uniform(0.2, 1)
    return out


def _siren(rng: Rng) -> Samples:
    """A siren, a telephone, a beep: tones that change by rule."""
    at = _seconds(rng, 0.5, 3.0)
    base, pace = rng.uniform(400, 2500), rng.uniform(0.5, 8)
    swing = np.sign if rng.random() < 0.5 else np.asarray
    hertz = base * (1 + rng.uniform(0.05, 0.35) * swing(np.sin(2 * np.pi * pace * at)))
    pulsed = (np.sin(2 * np.pi * rng.uniform(0.5, 6) * at) > rng.uniform(-1.2, 0.3)).astype(np.float32)
    return _voiced(hertz.astype(np.float32), rng, 6, rng.uniform(0.8, 3)) * pulsed
