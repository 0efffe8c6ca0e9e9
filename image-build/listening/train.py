"""Trains the two heads of ``appliance/capture/listening`` and writes them there: ``train.py [yamnet] [dsp]``.

Same material, same seeds, same heads. Nothing of the material's ``test`` part is looked at. Sources are dealt
into three hands. Three small heads learn from two hands each and are tried on the third; where a reaction
begins and ends is found on what they say there, and the head that is written is the mean of the three.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from features import Array, How, Rows, rows, together  # noqa: E402 the path is made above
from fitting import fitted, mean_of  # noqa: E402 the path is made above
from invented import invented, invented_crowds  # noqa: E402 the path is made above
from material import Source, sources  # noqa: E402 the path is made above
from soundfont import from_soundfont  # noqa: E402 the path is made above
from thresholds import chosen, curve, for_every_sound  # noqa: E402 the path is made above

from appliance.capture.listening.detector_dsp import described  # noqa: E402 the path is made above
from appliance.capture.listening.embedding_cv import Yamnet, find_weights  # noqa: E402 the path is made above
from appliance.capture.listening.head import HEADS, save_head  # noqa: E402 the path is made above
from appliance.capture.listening.log_mel import Mel  # noqa: E402 the path is made above

HANDS = 3
LEARNT = {How(hard=False, tried=False): 80, How(hard=True, tried=False): 80}
TRIED = {How(hard=False, tried=True): 60, How(hard=True, tried=True): 80}
"""How many scenes of each kind every hand gives."""
HIDDEN = {"yamnet": 48, "dsp": 32}
SEEDS = (7,)


def main(words: Sequence[str]) -> int:
    """Train the heads named by ``words``, or both."""
    for name in words or ("yamnet", "dsp"):
        began = time.monotonic()
        train(name, _describer(name))
        print(f"{name}: {time.monotonic() - began:.0f} s")
    return 0


def train(name: str, describe: Callable[[Mel], Array]) -> None:
    """Fit the three heads, find the thresholds, and write their mean."""
    material = all_of_it()
    dealt = hands(material)
    heads, tried = [], []
    for hand in range(HANDS):

        def made(what: dict[How, int], hand: int = hand) -> Rows:
            parts = [
                rows(
                    [one for one, of in zip(material, dealt, strict=True) if (of == hand) is how.tried],
                    hand,
                    scenes,
                    name,
                    describe,
                    how,
                )
                for how, scenes in what.items()
            ]
            return together(parts)

        heads.append(fitted(made(LEARNT), HIDDEN[name], SEEDS))
        unheard = made(TRIED)
        tried.append((unheard, heads[-1].judge(unheard.features)))
    every = list(curve(tried))
    for one in every:
        print(f"{name}: begins at {one.thresholds.on}: F1 {one.f1:.3f}, {one.alarms:.1f} alarms an hour")
    head = replace(mean_of(heads), thresholds=for_every_sound(chosen(every).thresholds))
    HEADS.mkdir(exist_ok=True)
    save_head(head, HEADS / f"{name}.npz")


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


def _describer(name: str) -> Callable[[Mel], Array]:
    if name == "dsp":
        return described
    archive = find_weights()
    if archive is None:
        sys.exit("YAMNet's weights are not installed: image-build/bootstrap.sh test brings them.")
    return Yamnet(archive).embed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
