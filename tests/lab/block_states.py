"""Every state of a card that a power cut could leave, from the record of its blocks."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import acts
from lab.block_card import BlockCard, faults_of, mounted
from lab.checker import Told, violations
from lab.crash_states import BOX, Finding, start
from lab.disk_model import File

MIB = 24
_BORDERS = {"flush", "mark"}


@dataclass(frozen=True)
class Blocks:
    """The bytes of a card, and each write, flush and word to the outside since, in order."""

    before: bytes
    done: list[tuple[Any, ...]]

    def cuts(self, most: int, seed: int = 1) -> list[int]:
        """At most ``most`` moments, as numbers of things done: half of them right after a flush or a word."""
        luck = random.Random(seed)  # noqa: S311 no secret
        every = range(1, len(self.done) + 1)
        borders = [cut for cut in every if self.done[cut - 1][0] in _BORDERS]
        chosen = set(luck.sample(borders, min(len(borders), most // 2)))
        others = [cut for cut in every if cut not in chosen]
        return sorted(chosen | set(luck.sample(others, min(len(others), most - len(chosen)))))


def record(act: str, work: Path, times: int, mutant: str = "") -> Blocks:
    """Run ``act`` in a process of its own on a card of its own and return all that the card was told."""
    with BlockCard(work / "recorded", MIB) as card:
        acts.prepare(act, card.path / BOX)
        card.settle()
        with start(act, card.path / BOX, str(card.orders), mutant, times) as process:
            assert process.wait(100) == 0
        card.record(work / "record")
    before, done = pickle.loads((work / "record").read_bytes())  # noqa: S301 written a moment ago by us
    return Blocks(before, done)


def states(
    blocks: Blocks, cuts: list[int], seeds: list[int | None]
) -> Iterator[tuple[int, int | None, Told, bytes]]:
    """What the card holds after each of ``cuts``.

    Without a seed only what was flushed; with one also any part of the writes since, torn at sectors.
    """
    card = File(0, bytearray(blocks.before), blocks.before)
    told: list[str] = []
    wanted = set(cuts)
    for number, (act, *words) in enumerate(blocks.done, start=1):
        match act:
            case "write":
                card.write(*words)
            case "flush":
                card.sync()
            case "mark":
                told += words
        if number in wanted:
            for seed in seeds:
                luck = None if seed is None else random.Random(f"{seed}/{number}")  # noqa: S311 no secret
                yield number, seed, Told.of(told), card.survivor(luck)


def sweep(
    act: str, blocks: Blocks, work: Path, cuts: list[int], seeds: list[int | None]
) -> tuple[int, list[Finding]]:
    """Start the box on each state, after the kernel replayed the journal; how many, and what was wrong."""
    count, found = 0, []
    image = work / "state.img"
    for cut, seed, told, bytes_left in states(blocks, cuts, seeds):
        count += 1
        image.write_bytes(bytes_left)
        with mounted(image, work / "state") as card:
            wrong = violations(act, card / BOX, told)
        if wrong := [*wrong, *faults_of(image)]:
            found.append(Finding(cut, seed, wrong))
    return count, found
