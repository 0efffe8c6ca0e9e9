"""The table of capabilities says what is so."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "capabilities.toml"
ROWS: list[dict[str, Any]] = tomllib.loads(TABLE.read_text("utf-8"))["capability"]


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_capability_stands_once_in_order() -> None:
    assert [row["number"] for row in ROWS] == list(range(1, 135))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["number"]))
def test_a_row_that_is_done_names_a_test_that_exists(row: dict[str, Any]) -> None:
    assert row["state"] in {"done", "open", "outside"}
    assert row["asks"]
    if row["state"] != "done":
        assert "test" not in row
        return
    path, _, name = row["test"].partition("::")
    assert (ROOT / path).is_file()
    assert name in functions(ROOT / path)
