"""The listening again, on scenes of which neither the training nor the choice of thresholds knew anything.

``python tests/bench/listening_fresh.py [--quick]``. Three mixes, judged as in listening.py: its recordings
under other seeds in a hall with echoes; other recordings; and those in that hall (of
image-build/listening/fresh.toml: a reaction that is also in material.toml under another name is refused).
"""

from __future__ import annotations

import sys
from dataclasses import replace

from listening import (  # isort: skip it makes the path
    LEVELS_DB,
    Measured,
    Mix,
    confusion,
    crowd_against_laughter,
    heard_goals,
    measured,
)

import numpy as np
from judging import sum_of
from material import RATE_HZ, Samples, sources, unheard
from report import Goal, report
from scenes import Rng
from table import Cell

from appliance.capture.listening.choice import open_detector

SEED = 88_301
_ECHOES = 14


def in_a_hall(samples: Samples, rng: Rng) -> Samples:
    """With a dozen early echoes and a tail of half a second to a second, as from the middle rows."""
    lasts_s = rng.uniform(0.5, 1.0)
    answer = rng.standard_normal(round(lasts_s * RATE_HZ)) * 0.02
    answer *= 10 ** (-3 * np.arange(len(answer)) / len(answer))
    for at_s in rng.uniform(0.005, 0.08, _ECHOES):
        answer[round(at_s * RATE_HZ)] += rng.choice((-1, 1)) * rng.uniform(0.05, 0.35)
    answer[0] = 1.0
    size = 1 << (len(samples) + len(answer)).bit_length()
    heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(answer, size), size)[: len(samples)]
    return (heard * min(1.0, 0.98 / (np.abs(heard).max() + 1e-9))).astype(np.float32)


def mixes() -> dict[str, Mix]:
    """By what is new in them."""
    known = sources("test")
    fresh = unheard(sources("fresh"), [*sources("train"), *known])
    return {
        "other seeds, in a hall": Mix(known, SEED + 1, in_a_hall, spoils=False),
        "other recordings": Mix(fresh, SEED + 3, spoils=False),
        "other recordings, in a hall": Mix(fresh, SEED + 2, in_a_hall, spoils=False),
    }


def row(name: str, found: Measured) -> dict[str, Cell]:
    """Of one mix."""
    levels = {f"{level:.0f} dB": round(sum_of(found.events[f"{level:.0f} dB"]).f1, 2) for level in LEVELS_DB}
    every = found.every
    counts = {"right": every.right, "missed": every.missed, "false": every.false}
    crowd = round(crowd_against_laughter(every.pairs), 2)
    return {"scenes": name, "F1": round(every.f1, 3), **levels, **counts, "crowd": crowd}


def wanted(name: str, found: Measured) -> list[Goal]:
    """What listening.py wants, of this mix."""
    return [replace(one, what=f"{name}: {one.what}") for one in heard_goals(found)]


def main() -> int:
    """Measure and publish."""
    each, minutes = (1, 6) if "--quick" in sys.argv else (2, 60)
    found = {name: measured(open_detector(), mix, each, minutes) for name, mix in mixes().items()}
    rows = [row(name, one) for name, one in found.items()]
    goals = [goal for name, one in found.items() for goal in wanted(name, one)]
    notes = [f"{name}: {words}" for name, one in found.items() for words in confusion(one.every.pairs)]
    notes += [f"{name}: false alarms by what was heard: {dict(one.false)}." for name, one in found.items()]
    title = "Laughter, applause and cheering on scenes that nobody tuned to"
    report("listening_fresh", title, rows, goals, notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
