"""Trains the two heads of ``appliance/capture/listening`` and writes them there: ``train.py [yamnet] [dsp]``.

Same material, same seeds, same head. Nothing of the material's ``test`` part is looked at. Thresholds are
found on sources that a head did not learn from: recordings are dealt into three hands, each judged by a head
of the others.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from features import Array, rows  # noqa: E402 the path is made above
from fitting import fitted, thresholds, together  # noqa: E402 the path is made above
from material import Source, sources  # noqa: E402 the path is made above

from appliance.capture.listening.detector_dsp import described  # noqa: E402 the path is made above
from appliance.capture.listening.embedding_cv import Yamnet, find_weights  # noqa: E402 the path is made above
from appliance.capture.listening.head import HEADS, save_head  # noqa: E402 the path is made above
from appliance.capture.listening.log_mel import Mel  # noqa: E402 the path is made above

HANDS, HELD = 3, {"yamnet": 3, "dsp": 2}
"""Into how many hands recordings are dealt, and how many of these are held back in turn."""
SCENES, HIDDEN = {"yamnet": 150, "dsp": 50}, {"yamnet": 48, "dsp": 32}


def main(words: Sequence[str]) -> int:
    """Train the heads named by ``words``, or both."""
    for name in words or ("yamnet", "dsp"):
        began = time.monotonic()
        train(name, _describer(name), sources("train"))
        print(f"{name}: {time.monotonic() - began:.0f} s")
    return 0


def train(name: str, describe: Callable[[Mel], Array], material: Sequence[Source]) -> None:
    """Find thresholds, fit the head to all of ``material``, and write it."""
    learnt, unseen, judged = [], [], []
    for hand in range(HELD[name]):
        held = [one for place, one in enumerate(material) if place % HANDS == hand]
        others = [one for place, one in enumerate(material) if place % HANDS != hand]
        learnt.append(rows(others, 10 + hand, SCENES[name], name, describe))
        unseen.append(rows(held, 20 + hand, SCENES[name] // 2, name, describe))
        head = fitted(learnt[-1], HIDDEN[name], seed=hand)
        judged.append(head.judge(unseen[-1].features))
    found = thresholds(together(unseen), np.concatenate(judged))
    head = fitted(together([*learnt, *unseen]), HIDDEN[name], seed=7, thresholds=found)
    HEADS.mkdir(exist_ok=True)
    save_head(head, HEADS / f"{name}.npz")


def _describer(name: str) -> Callable[[Mel], Array]:
    if name == "dsp":
        return described
    archive = find_weights()
    if archive is None:
        sys.exit("YAMNet's weights are not installed: image-build/bootstrap.sh test brings them.")
    return Yamnet(archive).embed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
