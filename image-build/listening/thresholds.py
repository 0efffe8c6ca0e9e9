"""Finds where a reaction begins and ends, on sources that the head that judges them never heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from features import SCENE_S, Array, Rows
from judging import judged, sum_of

from appliance.capture.listening.hearing import Thresholds
from appliance.capture.listening.log_mel import HOP_S, PATCH_S
from appliance.capture.listening.reacting import Reacting
from appliance.capture.listening.sounds import Reaction, Sound

_ON = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95)
_FALL = 2.0
"""How far the odds must fall, as a logarithm, for a reaction to end."""
_AS_GOOD = 0.01
"""F1 that differs by less is the same: so many scenes do not tell it apart."""


@dataclass(frozen=True, slots=True)
class Worth:
    """How good a choice is."""

    thresholds: Thresholds
    f1: float
    alarms: float
    """An hour, in scenes without a reaction."""


def curve(tried: Sequence[tuple[Rows, Array]]) -> Iterator[Worth]:
    """How F1 and false alarms go with the threshold; ``tried``: scenes, and a head's word on each patch."""
    scenes = [scene for made, odds in tried for scene in _scenes(made, odds)]
    for on in _ON:
        off = 1 / (1 + (1 - on) / on * np.exp(_FALL))
        thresholds = Thresholds(on, round(float(off), 3))
        outcomes = [(made, judged(made, _told(odds, thresholds))) for made, odds in scenes]
        told = sum_of([one for made, one in outcomes if made])
        quiet = [one.false for made, one in outcomes if not made]
        yield Worth(thresholds, told.f1, sum(quiet) * 3600 / max(1.0, len(quiet) * SCENE_S))


def chosen(every: Sequence[Worth]) -> Worth:
    """Of those that are as good as the best the one with the fewest false alarms."""
    best = max(one.f1 for one in every)
    return min((one for one in every if one.f1 > best - _AS_GOOD), key=lambda one: one.alarms)


def for_every_sound(reaction: Thresholds) -> tuple[Thresholds, ...]:
    """Those of reactions three times, and plain ones for speech and music, which are only named."""
    return (*(reaction,) * 3, *(Thresholds(0.5, 0.25),) * (len(Sound) - 3))


def _scenes(made: Rows, odds: Array) -> Iterator[tuple[tuple, Array]]:
    patches = int((SCENE_S - PATCH_S) / HOP_S) + 1
    for number in range(made.scenes):
        mine = made.place[:, 0] == number
        full = np.zeros((patches, odds.shape[1]), np.float32)
        full[np.round(made.place[mine, 1] / HOP_S).astype(int)] = odds[mine]
        yield made.events_of(number), full


def _told(odds: Array, thresholds: Thresholds) -> list[Reaction]:
    reacting = Reacting(thresholds)
    ended = [reacting.take(step * HOP_S, one) for step, one in enumerate(odds)]
    return [one for one in (*ended, reacting.end()) if one is not None]
