"""Fits a head to rows with numpy alone: two layers, Adam, noise on the features, fixed seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from features import Array, Rows

from appliance.capture.listening.head import FARTHEST, Head
from appliance.capture.listening.hearing import Thresholds
from appliance.capture.listening.sounds import Sound

_ROUNDS, _BATCH, _PACE, _DECAY = 12, 256, 1e-3, 3e-3
_MATRICES = (0, 2)
_DROP = 0.3
_NOISE = 0.15
_UNSET = tuple(Thresholds(0.5, 0.3) for _ in Sound)


def fitted(made: Rows, hidden: int, seeds: Sequence[int]) -> Head:
    """Return the head that ``made`` teaches: one for each of ``seeds``, the mean of their judgements."""
    mean = made.features.mean(axis=0)
    scale = (1 / (made.features.std(axis=0) + 0.02)).astype(np.float32)
    features = np.clip((made.features - mean) * scale, -FARTHEST, FARTHEST)
    every = [_layers(features, made, hidden, seed) for seed in seeds]
    first, first_bias, second, second_bias = zip(*every, strict=True)
    return Head(
        mean,
        scale,
        np.concatenate(first, axis=1),
        np.concatenate(first_bias),
        np.concatenate(second) / np.float32(len(every)),
        np.mean(second_bias, axis=0),
        thresholds=_UNSET,
    )


def _layers(features: Array, made: Rows, hidden: int, seed: int) -> list[Array]:
    rng = np.random.default_rng(seed)
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
    return layers


def _slopes(
    layers: list[Array], features: Array, truth: Array, weight: Array, rare: Array, rng: np.random.Generator
) -> list[Array]:
    noisy = features + np.float32(_NOISE) * rng.standard_normal(features.shape, np.float32)
    inner = noisy @ layers[0] + layers[1]
    kept = (rng.random(inner.shape, np.float32) > _DROP) / np.float32(1 - _DROP)
    hidden = np.maximum(inner, 0) * kept
    odds = 1 / (1 + np.exp(-np.clip(hidden @ layers[2] + layers[3], -30, 30)))
    wrong = ((odds - truth) * weight * np.where(truth > 0, rare, 1) / len(features)).astype(np.float32)
    back = (wrong @ layers[2].T) * (inner > 0) * kept
    return [noisy.T @ back, back.sum(axis=0), hidden.T @ wrong, wrong.sum(axis=0)]


def mean_of(heads: Sequence[Head]) -> Head:
    """Return one head whose odds are the mean of theirs, with the first one's thresholds."""
    mean = np.mean([one.mean for one in heads], axis=0)
    scale = np.mean([one.scale for one in heads], axis=0)
    first = [(one.scale / scale)[:, np.newaxis] * one.first for one in heads]
    moved = [one.first_bias + ((mean - one.mean) * one.scale) @ one.first for one in heads]
    return Head(
        mean,
        scale,
        np.concatenate(first, axis=1),
        np.concatenate(moved),
        np.concatenate([one.second for one in heads]) / np.float32(len(heads)),
        np.mean([one.second_bias for one in heads], axis=0),
        thresholds=heads[0].thresholds,
    )
