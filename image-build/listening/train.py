"""Trains the two heads of ``appliance/capture/listening`` and writes them there: ``train.py [yamnet] [dsp]``.

Same material, same seeds, same head. Nothing of the material's ``test`` part is looked at. Thresholds are
found on sources that a first head did not learn from: a third of the recordings, and in hard scenes (of all
the material and what is invented, many without a reaction) a third of the packages.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from features import Array, rows, together  # noqa: E402 the path is made above
from fitting import fitted  # noqa: E402 the path is made above
from invented import invented  # noqa: E402 the path is made above
from material import Source, sources  # noqa: E402 the path is made above
from thresholds import find_thresholds  # noqa: E402 the path is made above

from appliance.capture.listening.detector_dsp import described  # noqa: E402 the path is made above
from appliance.capture.listening.embedding_cv import Yamnet, find_weights  # noqa: E402 the path is made above
from appliance.capture.listening.head import HEADS, save_head  # noqa: E402 the path is made above
from appliance.capture.listening.log_mel import Mel  # noqa: E402 the path is made above

HANDS = 3
"""Into how many hands recordings are dealt; thresholds are found on the first."""
SCENES, HARD = {"yamnet": 150, "dsp": 30}, {"yamnet": 76, "dsp": 30}
HIDDEN = {"yamnet": 48, "dsp": 32}
SEEDS = (7, 8)


def main(words: Sequence[str]) -> int:
    """Train the heads named by ``words``, or both."""
    for name in words or ("yamnet", "dsp"):
        began = time.monotonic()
        train(name, _describer(name))
        print(f"{name}: {time.monotonic() - began:.0f} s")
    return 0


def train(name: str, describe: Callable[[Mel], Array]) -> None:
    """Find thresholds, fit the head to all of the material, and write it."""
    usual, every = sources("train", more=False), [*sources("train"), *invented()]
    hands = _dealt(every)
    others = [one for one in every if hands[one.kind, _package(one)]]
    apart = [one for one in every if not hands[one.kind, _package(one)]]
    hard = rows(others, 10, HARD[name], name, describe, hard=True)
    unseen = [rows(apart, 20, HARD[name] // 2, name, describe, hard=True)]
    learnt = [hard]
    for hand in range(HANDS):
        held = [one for place, one in enumerate(usual) if place % HANDS == hand]
        rest = [one for place, one in enumerate(usual) if place % HANDS != hand]
        learnt.append(rows(rest, 10 + hand, SCENES[name], name, describe))
        unseen.append(rows(held, 20 + hand, SCENES[name] // 2, name, describe))
    first = fitted(together(learnt[:2]), HIDDEN[name], SEEDS[:1])
    apart_of_it = together(unseen[:2])
    found, worth = find_thresholds(apart_of_it, first.judge(apart_of_it.features))
    print(f"{name}: on unheard sources F1 {worth.f1:.3f}, {worth.alarms:.1f} false alarms an hour, {found}")
    head = fitted(together([*learnt, *unseen]), HIDDEN[name], SEEDS)
    HEADS.mkdir(exist_ok=True)
    save_head(replace(head, thresholds=found), HEADS / f"{name}.npz")


def _dealt(material: Sequence[Source]) -> dict[tuple[str, str], int]:
    """Which hand has a package's sounds of a kind: what was recorded together stays together."""
    dealt: dict[tuple[str, str], int] = {}
    for kind in sorted({one.kind for one in material}):
        packages = dict.fromkeys(_package(one) for one in material if one.kind == kind)
        dealt.update({(kind, package): place % HANDS for place, package in enumerate(packages)})
    return dealt


def _package(one: Source) -> str:
    return one.name.partition("/")[0]


def _describer(name: str) -> Callable[[Mel], Array]:
    if name == "dsp":
        return described
    archive = find_weights()
    if archive is None:
        sys.exit("YAMNet's weights are not installed: image-build/bootstrap.sh test brings them.")
    return Yamnet(archive).embed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
