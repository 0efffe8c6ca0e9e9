from __future__ import annotations

import ast
import pickle
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import MatineeError, sentences

ROOT = Path(__file__).parents[2]


def raised() -> Iterator[tuple[str, set[str], str]]:
    """Every ``MatineeError("key", fact=...)`` in the code: key, names of facts, place."""
    for package in ("appliance", "cache", "provisioning", "webui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                    continue
                if node.func.id == "MatineeError" and node.args and isinstance(node.args[0], ast.Constant):
                    facts = {keyword.arg for keyword in node.keywords if keyword.arg}
                    if all(keyword.arg for keyword in node.keywords):
                        yield str(node.args[0].value), facts, f"{path.name}:{node.lineno}"


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_error_raised_has_a_sentence_and_gives_every_fact_that_it_names() -> None:
    wrong = [
        f"{place}: {key}"
        for key, facts, place in raised()
        if key not in sentences() or not fields(sentences()[key]) <= facts
    ]
    assert wrong == []


def test_every_sentence_is_one_that_the_code_can_say() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for package in ("appliance", "cache", "provisioning", "webui")
        for path in (ROOT / package).rglob("*.py")
    )
    composed = {area for area in (key.partition(".")[0] for key in sentences()) if f'f"{area}.{{' in code}

    def said(key: str) -> bool:
        area, _, name = key.partition(".")
        return f'"{key}"' in code or (area in composed and f'"{name}"' in code)

    assert [key for key in sentences() if not said(key)] == []


def test_an_unknown_key_can_not_reach_a_person() -> None:
    with pytest.raises(KeyError):
        MatineeError("no.such_key")


def test_an_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(MatineeError("core.port_taken", port=80)))  # noqa: S301 our own bytes
    assert (error.key, error.facts) == ("core.port_taken", {"port": 80})
