"""Fits a head to rows with numpy alone: two layers, Adam, noise on the features, fixed seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from features import Array, Rows

from appliance.capture.listening.head import FARTHEST, Head
from appliance.capture.listening.hearing import Sound, Thresholds

_ROUNDS, _BATCH, _PACE, _DECAY = 14, 256, 1e-3, 3e-3
_MATRICES = (0, 2)
_DROP = 0.3
_NOISE = 0.15
_WANTED_PRECISION = 0.9
"""Of patches, at the threshold where a sound begins: a moment that was none costs more than one missed."""


def fitted(made: Rows, hidden: int, seed: int, thresholds: tuple[Thresholds, ...] | None = None) -> Head:
    """Return the head that ``made`` teaches."""
    rng = np.random.default_rng(seed)
    mean = made.features.mean(axis=0)
    scale = 1 / (made.features.std(axis=0) + 0.02)
    features = np.clip((made.features - mean) * scale, -FARTHEST, FARTHEST)
    inputs, outputs = features.shape[1], len(Sound)
    layers = [
        rng.normal(0, np.sqrt(2 / inputs), (inputs, hidden)).astype(np.float32),
        np.zeros(hidden, np.float32),
        rng.normal(0, np.sqrt(2 / hidden), (hidden, outputs)).astype(np.float32),
        np.zeros(outputs, np.float32),
    ]
    first, second = [np.zeros_like(one) for one in layers], [np.zeros_like(one) for one in layers]
    rare = np.clip(
        (made.weight.sum(axis=0) / np.maximum(1, (made.truth * made.weight).sum(axis=0))) / 4, 1, 4
    )
    step = 0
    for turn in range(_ROUNDS):
        pace = _PACE * 0.5 * (1 + np.cos(np.pi * turn / _ROUNDS))
        order = rng.permutation(len(features))
        for begin in range(0, len(order), _BATCH):
            step += 1
            picked = order[begin : begin + _BATCH]
            slopes = _slopes(layers, features[picked], made.truth[picked], made.weight[picked], rare, rng)
            for place, slope in enumerate(slopes):
                full = slope + (_DECAY * layers[place] if place in _MATRICES else 0)
                first[place] += 0.1 * (full - first[place])
                second[place] += 0.001 * (np.square(full) - second[place])
                pure = first[place] / (1 - 0.9**step)
                layers[place] -= pace * pure / (np.sqrt(second[place] / (1 - 0.999**step)) + 1e-8)
    found = thresholds or tuple(Thresholds(0.5, 0.3) for _ in Sound)
    return Head(mean, scale.astype(np.float32), *layers, thresholds=found)


def thresholds(made: Rows, judged: Array) -> tuple[Thresholds, ...]:
    """Return for each sound where it begins (nearly always right) and where it ends (half as sure)."""
    found = []
    for place in range(len(Sound)):
        counts = made.weight[:, place] > 0
        truth, odds = made.truth[counts, place] > 0, judged[counts, place]
        on = 0.9
        for candidate in np.arange(0.3, 0.97, 0.01):
            taken = odds >= candidate
            if taken.sum() and truth[taken].mean() >= _WANTED_PRECISION:
                on = float(candidate)
                break
        found.append(Thresholds(round(on, 2), round(on * 0.5, 2)))
    return tuple(found)


def together(parts: Sequence[Rows]) -> Rows:
    """Return all rows of ``parts``."""
    return Rows(*(np.concatenate([getattr(one, field) for one in parts]) for field in Rows.__slots__))


def _slopes(
    layers: list[Array], features: Array, truth: Array, weight: Array, rare: Array, rng: np.random.Generator
) -> list[Array]:
    noisy = features + rng.normal(0, _NOISE, features.shape).astype(np.float32)
    inner = noisy @ layers[0] + layers[1]
    kept = (rng.random(inner.shape) > _DROP) / (1 - _DROP)
    hidden = np.maximum(inner, 0) * kept
    odds = 1 / (1 + np.exp(-np.clip(hidden @ layers[2] + layers[3], -30, 30)))
    wrong = (odds - truth) * weight * np.where(truth > 0, rare, 1) / len(features)
    back = (wrong @ layers[2].T) * (inner > 0) * kept
    return [noisy.T @ back, back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0)]
