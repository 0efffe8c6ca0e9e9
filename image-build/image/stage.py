"""Stages of the build: each is made once for the same inputs, and kept by their hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


def _spent() -> float:
    """Seconds of processor of this program and of those that it has waited for."""
    return sum(os.times()[:4])


@dataclass(frozen=True, slots=True)
class Taken:
    """What something takes, from now on: of the clock and of this computer's processors."""

    began: float = field(default_factory=time.monotonic)
    spent: float = field(default_factory=_spent)

    def __str__(self) -> str:
        """So far."""
        return f"{time.monotonic() - self.began:.0f} s, {_spent() - self.spent:.0f} s of CPU"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of the stages. It may be thrown away at any time; the next build takes longer then."""

    folder: Path

    def get(self, name: str, inputs: str, make: Callable[[Path], None]) -> Path:
        """The file of stage ``name``, made by ``make(path)`` unless it was made from ``inputs`` before."""
        kept = self.folder / f"{name}-{hashlib.sha256(inputs.encode()).hexdigest()[:16]}"
        if kept.exists():
            say(f"{name}: as before")
            return kept
        self.folder.mkdir(parents=True, exist_ok=True)
        taken = Taken()
        say(f"{name}: building")
        unfinished = kept.with_name(f"{kept.name}.part")
        _remove(unfinished)
        make(unfinished)
        unfinished.rename(kept)
        for older in self.folder.glob(f"{name}-????????????????"):
            if older != kept:
                _remove(older)
        say(f"{name}: {taken}")
        return kept


def digest(*paths: Path) -> str:
    """One hash over the names, modes and contents of files and folders."""
    found = hashlib.sha256()
    for top in paths:
        files = sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else [top]
        for path in files:
            if "__pycache__" not in path.parts:
                line = f"{path.relative_to(top.parent)} {path.stat().st_mode & 0o111:o}\n"
                found.update(line.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def say(line: str) -> None:
    """One line for whoever waits."""
    print(f"matinee image: {line}", flush=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
