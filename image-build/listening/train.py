"""Trains the two heads of ``appliance/capture/listening`` and writes them there: ``train.py [yamnet] [dsp]``.

Same material, same seeds, same heads. Nothing of the material's ``test`` part is looked at. Sources are dealt
into four hands, and each scene is made of one hand's. Four small heads learn from three hands each and are
tried on the fourth; where a reaction begins and ends is found on what they say there, and the head that is
written is the mean of the four.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from each_alone import said_of  # noqa: E402 the path is made above
from features import Array, How, Rows, rows, together  # noqa: E402 the path is made above
from fitting import fitted, mean_of  # noqa: E402 the path is made above
from invented import invented, invented_crowds  # noqa: E402 the path is made above
from material import Source, sources  # noqa: E402 the path is made above
from scenes import REACTIONS  # noqa: E402 the path is made above
from soundfont import from_soundfont  # noqa: E402 the path is made above
from thresholds import chosen, curve, for_every_sound  # noqa: E402 the path is made above

from appliance.capture.listening.detector_dsp import described  # noqa: E402 the path is made above
from appliance.capture.listening.embedding_cv import SIZE, Yamnet, find_weights  # noqa: E402 the path is made above
from appliance.capture.listening.head import HEADS, Head, save_head  # noqa: E402 the path is made above
from appliance.capture.listening.log_mel import Mel  # noqa: E402 the path is made above

HANDS = 4
LEARNT = {How(hard=False, tried=False): 32, How(hard=True, tried=False): 32}
TRIED = {How(hard=False, tried=True): 30, How(hard=True, tried=True): 20}
"""How many scenes of each kind every hand gives."""
DESCRIBED_BY = {"yamnet": slice(0, SIZE), "dsp": slice(SIZE, None)}
"""Which numbers of a patch each head reads."""
HIDDEN = {"yamnet": 48, "dsp": 32}
SEEDS = (7,)


def main(words: Sequence[str]) -> int:
    """Train the heads named by ``words``, or both."""
    began = time.monotonic()
    material, describe = all_of_it(), _describer()
    dealt = hands(material)
    own = [[one for one, of in zip(material, dealt, strict=True) if of == hand] for hand in range(HANDS)]
    learnt, tried = all_rows(own, describe)
    print(f"scenes: {time.monotonic() - began:.0f} s")
    for name in words or DESCRIBED_BY:
        place = DESCRIBED_BY[name]
        heads = train(name, [one.only(place) for one in learnt], [one.only(place) for one in tried])
        print(f"{name}: {time.monotonic() - began:.0f} s")
        for head, unheard in zip(heads, own, strict=True):
            for one in (one for one in unheard if one.kind in REACTIONS and not one.name.startswith("made-")):
                said = said_of(one, describe, head, place)
                print(f"{name}: {one.kind} {one.name}: {said}")
    return 0


def all_rows(
    own: Sequence[Sequence[Source]], describe: Callable[[Mel], Array]
) -> tuple[list[Rows], list[Rows]]:
    """Return what each hand gives to learn from, and what of it is to try on, described in both ways."""

    def made(hand: int, what: Mapping[How, int]) -> Rows:
        return together([rows(own[hand], hand, many, describe, how) for how, many in what.items()])

    tried = [made(hand, TRIED) for hand in range(HANDS)]
    return [together([made(hand, LEARNT), one]) for hand, one in enumerate(tried)], tried


def train(name: str, learnt: Sequence[Rows], unheard: Sequence[Rows]) -> list[Head]:
    """Fit the four heads, find the thresholds, write their mean, and return them."""
    heads = [
        fitted(together([one for hand, one in enumerate(learnt) if hand != left_out]), HIDDEN[name], SEEDS)
        for left_out in range(HANDS)
    ]
    tried = [(one, head.judge(one.features)) for one, head in zip(unheard, heads, strict=True)]
    every = list(curve(tried))
    for one in every:
        print(f"{name}: begins at {one.thresholds.on}: F1 {one.f1:.3f}, {one.alarms:.1f} alarms an hour")
    thresholds = for_every_sound(chosen(every).thresholds)
    HEADS.mkdir(exist_ok=True)
    save_head(replace(mean_of(heads), thresholds=thresholds), HEADS / f"{name}.npz")
    return [replace(one, thresholds=thresholds) for one in heads]


def all_of_it() -> list[Source]:
    """Return every recording to learn from, and every made sound."""
    found = [*sources("train"), *invented(), *from_soundfont()]
    return [*found, *invented_crowds([one.samples for one in found if one.kind == "speech"])]


def hands(material: Sequence[Source]) -> list[int]:
    """Which hand each source is in; what was recorded together stays together."""
    dealt: dict[str, dict[str, int]] = {}
    found = []
    for one in material:
        package = one.name.partition("/")[0]
        alone = one.kind in {"laughter", "cheer"} or package.startswith(("made-", "invented"))
        of_kind = dealt.setdefault(one.kind, {})
        found.append(of_kind.setdefault(one.name if alone else package, len(of_kind) % HANDS))
    return found


def _describer() -> Callable[[Mel], Array]:
    archive = find_weights()
    if archive is None:
        sys.exit("YAMNet's weights are not installed: image-build/bootstrap.sh test brings them.")
    embed = Yamnet(archive).embed
    return lambda patch: np.concatenate((embed(patch), described(patch)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
