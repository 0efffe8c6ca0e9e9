"""How well the listening tells laughter, applause and cheering in a hall, and what it costs.

``python tests/bench/listening.py [--quick]``. Scenes are mixed from recordings of which none was trained on
(image-build/listening/material.toml, fetched on the first run), at 15, 10, 5 and 0 dB over dialogue, music,
a room.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.runtime.threads import add_up_alone

add_up_alone()  # as every service begins

import numpy as np  # noqa: E402 not before that

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "image-build/listening"), str(HERE)]

from judging import Outcome, joined, judged, sum_of  # noqa: E402 the path is made above
from material import RATE_HZ, Samples, Source, sources, unheard  # noqa: E402 the path is made above
from report import Goal, report  # noqa: E402 the path is made above
from scenes import REACTIONS, Rng, Scene, scene  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 the path is made above

from appliance.capture.listening.choice import open_detector  # noqa: E402 the path is made above
from appliance.capture.listening.detector_dsp import DspDetector  # noqa: E402 the path is made above
from appliance.capture.listening.hearing import Detector  # noqa: E402 the path is made above
from appliance.capture.listening.listener import Listener  # noqa: E402 the path is made above
from appliance.capture.listening.sounds import Reaction  # noqa: E402 the path is made above

LEVELS_DB = (15.0, 10.0, 5.0, 0.0)
UNDER = ("dialogue", "music", "room")
SCENE_S, SEED = 60.0, 2026
_BLOCK = 1600
_CROWD = {"applause", "cheer"}


def heard(listener: Listener, samples: Samples) -> list[Reaction]:
    """Everything the listener says of ``samples``, fed in blocks of a tenth of a second."""
    found = [
        one
        for at in range(0, len(samples), _BLOCK)
        for one in listener.hear(samples[at : at + _BLOCK], at / RATE_HZ)
    ]
    return [*found, *listener.end()]


@dataclass(frozen=True)
class Mix:
    """What scenes are made with."""

    material: Sequence[Source]
    seed: int = SEED
    heard: Callable[[Samples, Rng], Samples] = lambda samples, _: samples
    """As a microphone in some room has it."""
    spoils: bool = True
    """Whether some are also tried as bad microphones have them."""


def scenes(mix: Mix, each: int) -> Iterator[tuple[float, Scene]]:
    for level_index, level_db in enumerate(LEVELS_DB):
        for under_index, under in enumerate(UNDER):
            for number in range(each):
                rng = np.random.default_rng((mix.seed, level_index, under_index, number))
                made = scene(mix.material, rng, SCENE_S, under, level_db)
                yield level_db, replace(made, samples=mix.heard(made.samples, rng))


def quiet_scenes(mix: Mix, minutes: int) -> Iterator[Scene]:
    for number in range(minutes):
        rng = np.random.default_rng((mix.seed, 99, number))
        disturbed = 6.0 if number % 2 else 0.0
        made = scene(mix.material, rng, SCENE_S, UNDER[number % 3], None, disturbed_each_s=disturbed)
        yield replace(made, samples=mix.heard(made.samples, rng))


def spoilt(samples: Samples) -> dict[str, Samples]:
    """What microphones do to a scene."""
    seconds = np.arange(len(samples)) / RATE_HZ
    hum = sum(np.sin(2 * np.pi * 50 * n * seconds) / n for n in range(1, 8)) * 0.05
    return {
        "-30 dB": samples * np.float32(10 ** (-30 / 20)),
        "clipped": np.clip(samples * 8, -1, 1).astype(np.float32),
        "hum": (samples + hum).astype(np.float32),
    }


def crowd_against_laughter(pairs: Sequence[tuple[str, str]]) -> float:
    """Share of what was heard whose side (crowd or laughter) was right, each side counting the same."""
    sides = []
    for crowd in (True, False):
        of_it = [said in _CROWD for true, said in pairs if (true in _CROWD) is crowd]
        sides.append(sum(one is crowd for one in of_it) / max(1, len(of_it)))
    return sum(sides) / 2


@dataclass
class Measured:
    """All figures of one detector."""

    events: dict[str, list[Outcome]]
    """By what they have in common."""
    false: Counter[str]
    minutes: int
    real_time: float

    @property
    def every(self) -> Outcome:
        return sum_of([one for level in LEVELS_DB for one in self.events[f"{level:.0f} dB"]])

    @property
    def false_per_hour(self) -> float:
        return self.false.total() * 60 / self.minutes


def measured(detector: Detector, mix: Mix, each: int, minutes: int) -> Measured:
    events: dict[str, list[Outcome]] = {}
    for level_db, made in scenes(mix, each):
        outcome = judged(made.events, joined(heard(Listener(detector), made.samples)))
        events.setdefault(f"{level_db:.0f} dB", []).append(outcome)
        events.setdefault(f"over {made.background}", []).append(outcome)
        if mix.spoils and level_db == LEVELS_DB[1]:
            for how, samples in spoilt(made.samples).items():
                found = joined(heard(Listener(detector), samples))
                events.setdefault(f"10 dB, {how}", []).append(judged(made.events, found))
    false: Counter[str] = Counter()
    took_s = 0.0
    for number, made in enumerate(quiet_scenes(mix, minutes)):
        began = time.process_time()
        found = joined(heard(Listener(detector), made.samples))
        took_s += time.process_time() - began
        false["disturbed" if number % 2 else made.background] += len(found)
    return Measured(events, false, minutes, took_s / (minutes * SCENE_S))


def table(best: Measured, plain: Measured) -> list[dict[str, Cell]]:
    rows = []
    for what, outcomes in best.events.items():
        one, other = sum_of(outcomes), sum_of(plain.events[what])
        rows.append(
            {
                "reactions": what,
                "F1": round(one.f1, 3),
                "right": one.right,
                "missed": one.missed,
                "false": one.false,
                "F1 plain": round(other.f1, 3),
            }
        )
    return [*rows, *(_by_class(name, best, plain) for name in REACTIONS)]


def _by_class(name: str, best: Measured, plain: Measured) -> dict[str, Cell]:
    """Of reactions heard in time: how often the name was right, and how often it was given to others."""

    def figures(pairs: Sequence[tuple[str, str]]) -> tuple[float, int, int, int]:
        right = sum(pair == (name, name) for pair in pairs)
        missed = sum(true == name != said for true, said in pairs)
        false = sum(said == name != true for true, said in pairs)
        return round(2 * right / max(1, 2 * right + missed + false), 3), right, missed, false

    f1, right, missed, false = figures(best.every.pairs)
    return {
        "reactions": f"named {name}",
        "F1": f1,
        "right": right,
        "missed": missed,
        "false": false,
        "F1 plain": figures(plain.every.pairs)[0],
    }


def heard_goals(best: Measured) -> list[Goal]:
    f1, crowd = best.every.f1, crowd_against_laughter(best.every.pairs)
    return [
        Goal("any reaction, onset within 1.5 s, all levels: F1", ">= 0.90", f"{f1:.3f}", f1 >= 0.90),
        Goal("crowd against laughter", ">= 0.88", f"{crowd:.3f}", crowd >= 0.88),
        Goal(
            f"false alarms in {best.minutes} min without events, an hour",
            "<= 6",
            f"{best.false_per_hour:.0f}",
            best.false_per_hour <= 6,
        ),
    ]


def goals(best: Measured, megabytes: float) -> list[Goal]:
    return [
        *heard_goals(best),
        Goal("real-time factor on one core", "<= 0.03", f"{best.real_time:.4f}", best.real_time <= 0.03),
        Goal("resident memory, MB", "<= 350", f"{megabytes:.0f}", megabytes <= 350),
    ]


def confusion(pairs: Sequence[tuple[str, str]]) -> list[str]:
    counts = Counter(pairs)
    return [
        f"{true} was called " + ", ".join(f"{said} {counts[true, said]} times" for said in REACTIONS) + "."
        for true in REACTIONS
    ]


def resident_mb() -> float:
    """What one listener needs, measured in a process of its own."""
    code = (
        "import sys, numpy as np; sys.path.insert(0, sys.argv[1])\n"
        "from appliance.capture.listening.choice import open_detector\n"
        "from appliance.capture.listening.listener import Listener\n"
        "Listener(open_detector()).hear(np.random.default_rng(1).normal(0, .1, 960000).astype('f4'), 0.0)\n"
        "print(next(int(one.split()[1]) / 1024 for one in open('/proc/self/status') if 'VmHWM' in one))"
    )  # not getrusage's, which begins with what the parent had
    ran = subprocess.run(
        [sys.executable, "-c", code, HERE.parents[1]], check=True, capture_output=True, text=True
    )
    return float(ran.stdout)


def main() -> int:
    quick = "--quick" in sys.argv
    mix = Mix(unheard(sources("test"), sources("train")))
    each, minutes = (1, 6) if quick else (4, 60)
    best = measured(open_detector(), mix, each, minutes)
    plain = measured(DspDetector(), mix, 1, min(minutes, 12))
    notes = [
        *confusion(best.every.pairs),
        f"False alarms by what was heard: {dict(best.false)}; plain: {plain.false_per_hour:.0f} an hour.",
        "Every second minute without events has doors, animals, screams, tools at up to 15 dB over the rest.",
        f"F1 plain: the box without YAMNet's weights; {plain.every.f1:.3f} over all levels.",
    ]
    title = f"Laughter, applause and cheering, by {open_detector().name}"
    report("listening", title, table(best, plain), goals(best, resident_mb()), notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
