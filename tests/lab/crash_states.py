"""Every state that a power cut could leave: recorded once on a lossy disk, rebuilt and checked at will."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import acts
from lab.checker import Told, violations
from lab.disk_model import Disk, Tree
from lab.lossy_disk import Acts, LossyDisk, store

BOX = "box"

_BORDERS = {"sync", "sync_names", "rename", "mark"}


@dataclass(frozen=True)
class Recording:
    """What lay on the disk before, and each thing done to it since, with what the outside was told."""

    before: Tree
    done: list[tuple[Any, ...]]

    def cuts(self, most: int, seed: int = 1) -> list[int]:
        """At most ``most`` moments for a cut, as numbers of things done before it: right after each flush,
        rename and word to the outside first, then any others.
        """
        every = list(range(1, len(self.done) + 1))
        random.Random(seed).shuffle(every)  # noqa: S311 no secret
        every.sort(key=lambda cut: self.done[cut - 1][0] not in _BORDERS)
        return sorted(every[:most])


@dataclass(frozen=True)
class Finding:
    """One cut and what was wrong after it; ``seed`` None: all that was not fsynced is lost."""

    cut: int
    seed: int | None
    wrong: list[str]


def record(act: str, work: Path, times: int, mutant: str = "", films: list[Path] | None = None) -> Recording:
    """Run ``act`` in a process of its own on a lossy disk and return all it did."""
    with LossyDisk(work / "disk") as disk:
        root = disk.path / BOX
        if films:
            (disk.path / acts.SOURCES).mkdir()
            for film in films:
                (disk.path / acts.SOURCES / film.name).write_bytes(film.read_bytes())
        acts.prepare(act, root)
        disk.settle()
        with start(act, root, "disk", mutant, times) as process:
            assert process.wait(100) == 0
        disk.record(work / "record")
        disk.cut()
    before, done = pickle.loads((work / "record").read_bytes())  # noqa: S301 written a moment ago by us
    return Recording(before, done)


def start(act: str, root: Path, tell: str, mutant: str = "", times: int = 1) -> subprocess.Popen[str]:
    """Start ``act`` in a process of its own; what it tells goes where ``tell`` says."""
    command = [sys.executable, "-m", "lab.acts", act, str(root), tell, mutant, str(times)]
    tests = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{tests.parent}:{tests}"}
    output = subprocess.PIPE if tell == "stdout" else None
    return subprocess.Popen(command, env=environment, stdout=output, text=True)


def states(
    recording: Recording, cuts: list[int], seeds: list[int | None]
) -> Iterator[tuple[int, int | None, Told, Tree]]:
    """Rebuild what is left after each of ``cuts``, once for each of ``seeds``."""
    disk = Disk.holding(recording.before)
    replay = Acts(disk)
    told: list[str] = []
    wanted = set(cuts)
    for number, (act, *arguments) in enumerate(recording.done, start=1):
        getattr(replay, act)(*arguments)
        if act == "mark":
            told.append(arguments[0])
        if number in wanted:
            for seed in seeds:
                luck = None if seed is None else random.Random(f"{seed}/{number}")  # noqa: S311 no secret
                yield number, seed, Told.of(told), disk.survivors(luck)


def sweep(
    act: str, recording: Recording, work: Path, cuts: list[int], seeds: list[int | None]
) -> tuple[int, list[Finding]]:
    """Check each state; return how many there were and what was wrong."""
    found = []
    count = 0
    for cut, seed, told, tree in states(recording, cuts, seeds):
        count += 1
        store({path: left for path, left in tree.items() if path.startswith(f"/{BOX}")}, work / "state")
        if wrong := violations(act, work / "state" / BOX, told):
            found.append(Finding(cut, seed, wrong))
    return count, found
