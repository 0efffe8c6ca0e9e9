"""What the lists of promises, abuse, faults and mutants say is so."""

from __future__ import annotations

import ast
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from proof.mutants import made, standing

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
STATES = {"shown", "partly", "open"}
LISTS = {
    "promise": ("promises.toml", [f"R{number}" for number in range(1, 23)]),
    "abuse": ("abuse.toml", [str(number) for number in range(1, 21)]),
    "fault": ("faults.toml", [str(number) for number in range(1, 28)]),
}
"""By the word of a line: its file, and what it must begin with, in order."""
LINES: list[tuple[str, dict[str, Any]]] = [
    (word, line)
    for word, (name, _) in LISTS.items()
    for line in tomllib.loads((HERE / name).read_text("utf-8"))[word]
]


@cache
def functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_there(test: str) -> bool:
    """Whether pytest would find ``test``: a function of a file, or a file with tests."""
    path, _, name = test.partition("::")
    if not (ROOT / path).is_file():
        return False
    return (
        name in functions(ROOT / path)
        if name
        else any(found.startswith("test_") for found in functions(ROOT / path))
    )


@pytest.mark.parametrize("word", LISTS)
def test_every_line_stands_once_in_order(word: str) -> None:
    ids = [line["id"] for kind, line in LINES if kind == word]
    first = LISTS[word][1]
    assert ids[: len(first)] == first
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("word", "line"), LINES, ids=[f"{word}-{line['id']}" for word, line in LINES])
def test_a_line_names_tests_that_exist_or_says_what_is_missing(word: str, line: dict[str, Any]) -> None:
    assert word
    assert line["says"]
    assert line["state"] in STATES
    assert [test for test in line["tests"] if not is_there(test)] == []
    assert len(set(line["tests"])) == len(line["tests"])
    assert bool(line["tests"]) == (line["state"] != "open")
    assert bool(line.get("missing")) == (line["state"] != "shown")
    if "figures" in line:
        assert json.loads(
            (ROOT / "tests" / "bench" / "results" / f"{line['figures']}.json").read_text("utf-8")
        )


def test_a_test_that_is_not_there_would_be_noticed() -> None:
    assert not is_there("tests/proof/test_lists.py::test_nobody_wrote_this")
    assert not is_there("tests/proof/test_of_nothing.py::test_it")
    assert is_there("tests/proof/test_lists.py::test_a_test_that_is_not_there_would_be_noticed")


@pytest.mark.parametrize("mutant", made(), ids=lambda mutant: mutant.name)
def test_a_mutant_takes_away_a_guard_that_stands_there_once_and_has_its_test(mutant: Any) -> None:  # noqa: ANN401
    whole = (ROOT / mutant.file).read_text("utf-8")
    ast.parse(mutant.broken(whole))
    assert is_there(mutant.caught_by)


@pytest.mark.parametrize("test", standing())
def test_a_mutant_beside_its_checker_is_there(test: str) -> None:
    assert is_there(test)


def test_every_mutant_stands_once() -> None:
    names = [mutant.name for mutant in made()]
    assert len(set(names)) == len(names) >= 20
    assert len(set(standing())) == len(standing())
