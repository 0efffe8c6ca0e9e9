"""Training rows: scenes go through the product's own front end and network; kept in the cache folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from material import RATE_HZ, Source, cache
from scenes import REACTIONS, Event, Rng, Scene, scene
from varied import varied
from worsen import worsened

from appliance.capture.listening.listener import Patches
from appliance.capture.listening.log_mel import BANDS, FRAMES, PATCH_S, Mel
from appliance.capture.listening.sounds import Sound

Array = npt.NDArray[np.float32]
SCENE_S = 40.0
_KINDS = ("dialogue", "dialogue", "dialogue", "music", "music", "music", "room", "room", "other")
_TRIED_KINDS = ("dialogue", "music", "room")
_TRIED_DB = (0, 5, 10, 15)
_WORSE = 0.5
"""Of the scenes to try on: so many are spoilt as those to learn from."""
_SEED = 5
_USUAL, _HARD = (0.3, (0.0, 2.0, 5.0)), (0.4, (0.0, 1.5, 3.0, 6.0))
"""Share of scenes without a reaction, and how many seconds lie between disturbances (0: there are none)."""
_MOSTLY, _HARDLY = 0.6, 0.12
"""Shares of a patch that a reaction must fill to be there, or not there; nothing is learnt between."""


@dataclass(frozen=True, slots=True)
class How:
    """``hard``: more scenes without a reaction, more disturbed. ``tried``: to try on, as the bench's are."""

    hard: bool
    tried: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """One row a patch: what describes it, what is true (0 or 1 for each sound), what of that counts, where.

    ``place``: number of the scene and seconds in it. ``events``: scene, which of ``REACTIONS``, from, to.
    """

    features: Array
    truth: Array
    weight: Array
    place: Array
    events: Array

    @property
    def scenes(self) -> int:
        """How many there are."""
        return int(self.place[:, 0].max()) + 1 if len(self.place) else 0

    def only(self, described: slice) -> Rows:
        """Return the same rows with a part of their features."""
        return replace(self, features=np.ascontiguousarray(self.features[:, described]))

    def events_of(self, number: int) -> tuple[Event, ...]:
        """Every reaction of that scene."""
        mine = self.events[self.events[:, 0] == number]
        return tuple(Event(REACTIONS[int(kind)], float(begin), float(end)) for _, kind, begin, end in mine)


def rows(
    material: Sequence[Source], hand: int, scenes: int, describe: Callable[[Mel], Array], how: How
) -> Rows:
    """Return the rows of so many random scenes of ``material``, which is what hand number ``hand`` has."""
    here = Path(__file__).parent
    recipe = b"".join(
        (here / one).read_bytes()
        for one in ("scenes.py", "worsen.py", "features.py", "halls.py", "varied.py")
    )
    names = "".join(one.name for one in material).encode()
    mark = hashlib.sha256(recipe + names + f"{hand} {scenes} {how}".encode()).hexdigest()[:20]
    kept = cache() / f"rows-{mark}.npz"
    if not kept.exists():
        made = []
        for index in range(scenes):
            rng = np.random.default_rng((_SEED, hand, how.hard, index, how.tried))
            made.append(_rows_of(material, rng, describe, how))
        parts = {field: getattr(together(made), field) for field in Rows.__slots__}
        np.savez(kept, **parts)
    with np.load(kept) as parts:
        return Rows(**{field: parts[field] for field in Rows.__slots__})


def together(parts: Sequence[Rows]) -> Rows:
    """Return all rows of ``parts``, their scenes numbered on."""
    numbered, begin = [], 0
    for one in parts:
        moved = np.float32([begin, 0]), np.float32([begin, 0, 0, 0])
        numbered.append(
            Rows(one.features, one.truth, one.weight, one.place + moved[0], one.events + moved[1])
        )
        begin += max(1, one.scenes)
    return Rows(*(np.concatenate([getattr(one, field) for one in numbered]) for field in Rows.__slots__))


def _rows_of(material: Sequence[Source], rng: Rng, describe: Callable[[Mel], Array], how: How) -> Rows:
    quiet, each_s = _HARD if how.hard else _USUAL
    background = str(rng.choice(_TRIED_KINDS if how.tried else _KINDS))
    level_db = None if rng.random() < quiet else float(_level_db(rng, how))
    disturbed = float(rng.choice(each_s))
    heard = material if how.tried else varied(material, rng)
    voices = 5 if how.tried else int(rng.choice((1, 5)))
    made = scene(heard, rng, SCENE_S, background, level_db, disturbed_each_s=disturbed, voices=voices)
    samples = made.samples if how.tried and rng.random() >= _WORSE else worsened(made.samples, rng)
    _, patches = Patches().take(samples, 0.0)
    found = [
        (describe(patch), *_truth(made, at_s), np.float32([0, at_s]))
        for at_s, patch in patches[:: 1 if how.tried else 2]
        if patch is not None
    ]
    events = [(0, REACTIONS.index(one.kind), one.from_s, one.to_s) for one in made.events]
    if not found:
        size = describe(np.zeros((FRAMES, BANDS), np.float32)).size
        return Rows(*(np.zeros((0, wide), np.float32) for wide in (size, len(Sound), len(Sound), 2, 4)))
    parts = (np.stack(part).astype(np.float32) for part in zip(*found, strict=True))
    return Rows(*parts, np.array(events, np.float32).reshape(-1, 4))


def _level_db(rng: Rng, how: How) -> float:
    return rng.choice(_TRIED_DB) if how.tried else rng.uniform(-2, 18)


def _truth(made: Scene, at_s: float) -> tuple[Array, Array]:
    truth, weight = np.zeros(len(Sound), np.float32), np.ones(len(Sound), np.float32)
    share = dict.fromkeys(REACTIONS, 0.0)
    for event in made.events:
        overlap = min(event.to_s, at_s + PATCH_S) - max(event.from_s, at_s)
        share[event.kind] = max(share[event.kind], overlap / PATCH_S)
    heard = max(share.values())
    for index, sound in enumerate(Sound):
        if sound.value in share:
            truth[index] = share[sound.value] >= _MOSTLY
            weight[index] = not _HARDLY < share[sound.value] < _MOSTLY
        else:
            truth[index] = made.background == {Sound.SPEECH: "dialogue", Sound.MUSIC: "music"}[sound]
            weight[index] = (
                made.background != "other"
                and heard < _HARDLY
                and _is_heard(made, at_s, expected=truth[index] > 0)
            )
    return truth, weight


def _is_heard(made: Scene, at_s: float, *, expected: bool) -> bool:
    """A pause in speech is not speech."""
    part = made.under[round(at_s * RATE_HZ) : round((at_s + PATCH_S) * RATE_HZ)]
    loud = float(np.sqrt(np.mean(np.square(part)) + 1e-12))
    return not expected or loud > 0.3 * float(np.sqrt(np.mean(np.square(made.under))))
