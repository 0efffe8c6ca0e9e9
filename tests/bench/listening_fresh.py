"""The listening again, on scenes of which neither the training nor the choice of thresholds knew anything.

``python tests/bench/listening_fresh.py [--quick]``. Other recordings (image-build/listening/fresh.toml; a
reaction that is also among those of material.toml under another name is refused), other seeds, and another
room: each scene stands in a hall with echoes. Judged as in listening.py.
"""

from __future__ import annotations

import sys
from collections import Counter

from listening import Mix, confusion, goals, measured, resident_mb, table  # isort: skip it makes the path

import numpy as np
from material import RATE_HZ, Samples, Source, alike, sources
from report import report
from scenes import REACTIONS, Rng

from appliance.capture.listening.choice import open_detector
from appliance.capture.listening.detector_dsp import DspDetector

SEED = 88_301
_SAME = 0.5
_ECHOES = 14


def unheard() -> list[Source]:
    """Every fresh recording; ends the program if one of a reaction was heard before, by whatever name."""
    fresh, known = sources("fresh"), [*sources("train"), *sources("test")]
    for one in fresh:
        for other in known:
            if {one.kind, other.kind} <= set(REACTIONS) and alike(one.samples, other.samples) > _SAME:
                sys.exit(f"{one.name} is {other.name}, which is known")
    return fresh


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


def main() -> int:
    """Measure and publish."""
    quick = "--quick" in sys.argv
    material = unheard()
    mix = Mix(material, SEED, in_a_hall)
    each, minutes = (1, 6) if quick else (4, 60)
    best = measured(open_detector(), mix, each, minutes)
    plain = measured(DspDetector(), mix, 1, min(minutes, 12))
    counted = dict(Counter(one.kind for one in material))
    notes = [
        f"Recordings: {counted}; no reaction among them was heard in training or in listening.py.",
        *confusion(best.every.pairs),
        f"False alarms by what was heard: {dict(best.false)}; plain: {plain.false_per_hour:.0f} an hour.",
    ]
    title = "Laughter, applause and cheering on scenes that nobody tuned to"
    report("listening_fresh", title, table(best, plain), goals(best, resident_mb()), notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
