"""The walls hold; and without them each of these tries succeeds, so that the test is no decoration."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inside"
    made.mkdir()
    (tmp_path / "secret").write_bytes(b"s3cret")
    return made


def tried(which: str, folder: Path) -> dict[str, str]:
    program = [sys.executable, str(ROOT / "tests" / "lab" / "walls.py"), which, str(folder)]
    done = subprocess.run(
        program, capture_output=True, check=True, timeout=30, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


def test_without_walls_all_of_it_works(folder: Path) -> None:
    got = tried("none", folder)
    del got["lift a limit"]  # raising a hard limit takes root
    assert got.pop("trace others") == "ProcessLookupError"
    del got["take memory"]  # a small machine may refuse it
    assert set(got.values()) == {"done"}


def test_a_reader_can_do_nothing_but_read_on(folder: Path) -> None:
    got = tried("reading", folder)
    assert got.pop("start a thread") == "done"
    assert got.pop("take memory") == "MemoryError"
    assert got.pop("lift a limit") == "ValueError"  # so says Python of EPERM
    assert set(got.values()) == {"PermissionError"}, got
    assert list(folder.iterdir()) == []


def test_a_converter_writes_into_its_folder_and_nowhere_else(folder: Path) -> None:
    got = tried("converting", folder)
    allowed = {"write inside", "start a process", "start a program", "start a thread"}
    assert {name for name, answer in got.items() if answer == "done"} - {"lift a limit"} == allowed
    assert [path.name for path in folder.iterdir()] == ["made"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["inside", "secret"]
