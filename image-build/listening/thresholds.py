"""Finds where each sound begins and ends and how long it must last, on sources that nobody learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from features import SCENE_S, Array, Rows
from judging import joined, judged
from scenes import REACTIONS

from appliance.capture.listening.hearing import Reaction, Sound, Thresholds
from appliance.capture.listening.hysteresis import Lasting
from appliance.capture.listening.log_mel import HOP_S, PATCH_S

_ON = (0.3, 0.4, 0.5, 0.6, 0.7, 0.78, 0.84, 0.88, 0.91, 0.94, 0.96, 0.975, 0.985)
_OFF = (0.25, 0.5, 0.75)
_LEAST_S = (0.4, 0.9, 1.4, 1.9)
"""One patch, two, three, four; half a hop less, so that rounding decides nothing."""
_ALARMS = 3.0
"""False alarms an hour in scenes without a reaction: half of the goal, for the unheard is worse."""
_DEAR = 0.01
"""What each further one costs, in F1."""
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Worth:
    """How good a choice is."""

    f1: float
    alarms: float
    """An hour."""

    @property
    def total(self) -> float:
        """What is compared."""
        return self.f1 - _DEAR * max(0.0, self.alarms - _ALARMS)


def find_thresholds(made: Rows, odds: Array) -> tuple[tuple[Thresholds, ...], Worth]:
    """Return the best for every sound and their worth; ``odds``: a head's judgements of ``made``'s patches.

    One sound after another is moved to where all together are best, three times round.
    """
    tries = [Thresholds(on, round(on * share, 3), least) for on, share, least in product(_ON, _OFF, _LEAST_S)]
    heard = {
        place: {
            (one.on, one.off): _heard(made, odds, place, one) for one in tries if one.least_s == _LEAST_S[0]
        }
        for place in range(len(REACTIONS))
    }
    chosen = [Thresholds(0.7, 0.35, 0.9)] * len(REACTIONS)
    best = _worth(made, heard, chosen)
    for _, place in product(range(_ROUNDS), range(len(REACTIONS))):
        for one in tries:
            other = [*chosen[:place], one, *chosen[place + 1 :]]
            worth = _worth(made, heard, other)
            if worth.total > best.total:
                chosen, best = other, worth
    return (*chosen, *(Thresholds(0.5, 0.25) for _ in range(len(Sound) - len(REACTIONS)))), best


def _heard(made: Rows, odds: Array, place: int, thresholds: Thresholds) -> list[list[Reaction]]:
    """Of each scene what would be told of one sound, however short."""
    told: list[list[Reaction]] = []
    for number in range(made.scenes):
        mine = made.place[:, 0] == number
        at = {
            round(float(at_s) / HOP_S): float(odd)
            for at_s, odd in zip(made.place[mine, 1], odds[mine, place], strict=True)
        }
        lasting = Lasting(list(Sound)[place], replace(thresholds, least_s=0.0))
        patches = range(int((SCENE_S - PATCH_S) / HOP_S) + 1)
        ended = [lasting.take(step * HOP_S, at.get(step, 0.0)) for step in patches]
        told.append([one for one in (*ended, lasting.end()) if one is not None])
    return told


def _worth(
    made: Rows,
    heard: dict[int, dict[tuple[float, float], list[list[Reaction]]]],
    chosen: Sequence[Thresholds],
) -> Worth:
    right = missed = false = alarms = quiet = 0
    for number in range(made.scenes):
        told = [
            reaction
            for place, one in enumerate(chosen)
            for reaction in heard[place][one.on, one.off][number]
            if reaction.seconds >= one.least_s
        ]
        events = made.events_of(number)
        outcome = judged(events, joined(told))
        right, missed = right + outcome.right, missed + outcome.missed
        if events:
            false += outcome.false
        else:
            quiet, alarms = quiet + 1, alarms + outcome.false
    f1 = 2 * right / max(1, 2 * right + missed + false)
    return Worth(f1, alarms * 3600 / max(1.0, quiet * SCENE_S))
