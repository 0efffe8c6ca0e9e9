"""Break the product in every way of mutants.toml, and see each noticed: ``mutants.py [NAME...]``.

Each mutant is made in a copy of the tree, with the real one's environment; the tree itself is never touched.
Ends with "mutants caught / mutants"; status 1 unless they are the same number. ``--standing`` runs only those
that stand beside their checkers, ``--made`` only those that are made here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")
_NOTICED = 1
"""pytest's exit status when tests failed; any other says that nothing was tried."""
_CASE = re.compile(r"^(PASSED|FAILED|ERROR) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One guard taken away, and the test that must fail then."""

    name: str
    file: str
    was: str
    becomes: str
    caught_by: str

    def broken(self, text: str) -> str:
        """The file without its guard; ``ValueError`` if the guard does not stand in it exactly once."""
        if text.count(self.was) != 1:
            raise ValueError(self.name, self.file, text.count(self.was))
        return text.replace(self.was, self.becomes)


def made() -> list[Mutant]:
    """Those that are made here."""
    listed = tomllib.loads(LIST.read_text("utf-8"))["mutant"]
    return [Mutant(one["name"], one["file"], one["was"], one["is"], one["caught_by"]) for one in listed]


def standing() -> list[str]:
    """Tests that apply their mutants themselves."""
    return [str(one["test"]) for one in tomllib.loads(LIST.read_text("utf-8"))["standing"]]


def main(words: list[str]) -> int:
    """Try all, or those named."""
    names = [word for word in words if not word.startswith("-")]
    wanted = [mutant for mutant in made() if not names or any(name in mutant.name for name in names)]
    tried = caught = 0
    with tempfile.TemporaryDirectory() as place:
        tree = _copy(Path(place) / "tree")
        if "--standing" not in words:
            for mutant in wanted:
                tried += 1
                caught += _say(mutant.name, *_is_caught(mutant, tree))
        if "--made" not in words:
            for test in (test for test in standing() if not names or any(name in test for name in names)):
                cases, good, took_s = _beside(test, tree)
                tried += cases
                caught += good
                _say(test.rpartition("::")[2], cases == good > 0, took_s, f"{good} / {cases}")
                if not cases:
                    tried += 1
    sys.stdout.write(f"mutants caught / mutants: {caught} / {tried}\n")
    return 0 if caught == tried > 0 else 1


def _copy(tree: Path) -> Path:
    """What git tracks, as it lies here now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    for built in ROOT.glob("webui/public/built"):
        shutil.copytree(built, tree / built.relative_to(ROOT))
    return tree


def _is_caught(mutant: Mutant, tree: Path) -> tuple[bool, float, str]:
    path = tree / mutant.file
    whole = path.read_text("utf-8")
    try:
        path.write_text(mutant.broken(whole), "utf-8")
        done, took_s = _pytest([mutant.caught_by, "-x", "-q"], tree)
    except ValueError as fault:
        return False, 0.0, str(fault)
    finally:
        path.write_text(whole, "utf-8")
    return done.returncode == _NOTICED, took_s, f"status {done.returncode} of {mutant.caught_by}"


def _beside(test: str, tree: Path) -> tuple[int, int, float]:
    """(cases, good ones, seconds)."""
    done, took_s = _pytest([test, "-q", "-rA", "-m", "soak or not soak"], tree)
    cases = _CASE.findall(done.stdout)
    return len(cases), cases.count("PASSED"), took_s


def _pytest(words: list[str], tree: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--timeout=600", *words],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": f"{tree}:{tree / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done, time.monotonic() - began


def _say(name: str, caught: bool, took_s: float, more: str) -> bool:
    sys.stdout.write(
        f"{'caught' if caught else 'MISSED':7} {took_s:6.1f} s  {name}{'' if caught else f': {more}'}\n"
    )
    sys.stdout.flush()
    return caught


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
