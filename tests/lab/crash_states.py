"""Every state that a power cut could leave: recorded once on a lossy disk, rebuilt and checked as often as wanted."""

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


@dataclass(frozen=True)
class Recording:
    """What lay on the disk before, and each thing done to it since, with what the outside was told."""

    before: Tree
    done: list[tuple[Any, ...]]

    def borders(self) -> list[int]:
        """Numbers of things done before each cut worth trying: all of them."""
        return list(range(1, len(self.done) + 1))


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
        command = [sys.executable, "-m", "lab.acts", act, str(root), "disk", mutant, str(times)]
        tests = Path(__file__).parents[1]
        environment = {**os.environ, "PYTHONPATH": f"{tests.parent}:{tests}"}
        subprocess.run(command, env=environment, check=True, timeout=100)
        disk.record(work / "record")
        disk.cut()
    before, done = pickle.loads((work / "record").read_bytes())  # noqa: S301 written a moment ago by us
    return Recording(before, done)


def states(recording: Recording, cuts: list[int], seeds: list[int | None]) -> Iterator[tuple[int, int | None, Told, Tree]]:
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
                luck = None if seed is None else random.Random(f"{seed}/{number}")
                yield number, seed, Told.of(told), disk.survivors(luck)


def sweep(act: str, recording: Recording, work: Path, cuts: list[int], seeds: list[int | None]) -> tuple[int, list[Finding]]:
    """Check each state; return how many there were and what was wrong."""
    found = []
    count = 0
    for cut, seed, told, tree in states(recording, cuts, seeds):
        count += 1
        store({path: left for path, left in tree.items() if path.startswith(f"/{BOX}")}, work / "state")
        if wrong := violations(act, work / "state" / BOX, told):
            found.append(Finding(cut, seed, wrong))
    return count, found
