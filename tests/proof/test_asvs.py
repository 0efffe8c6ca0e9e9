"""The list of ASVS 5.0.0 is whole, and what it says of each requirement is so."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proof.test_lists import is_there

ROOT = Path(__file__).parents[2]
REQUIREMENTS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "asvs.toml").read_text("utf-8"))[
    "requirement"
]
CHAPTERS = dict(enumerate((27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7), 1))
"""How many requirements of levels 1 and 2 each chapter has, as published: 70 + 183."""
KEYS = {"met": {"tests"}, "read": {"where"}, "deviates": {"why"}, "open": {"why"}, "not ours": {"why"}}
"""What each state must say beside itself."""


def test_every_requirement_of_level_2_stands_once_in_order() -> None:
    numbers = [tuple(map(int, one["id"].split("."))) for one in REQUIREMENTS]
    assert numbers == sorted(set(numbers))
    assert Counter(chapter for chapter, _, _ in numbers) == CHAPTERS
    assert Counter(one["level"] for one in REQUIREMENTS) == {1: 70, 2: 183}


@pytest.mark.parametrize("state", KEYS)
def test_what_is_said_of_a_requirement_is_so(state: str) -> None:
    for one in (one for one in REQUIREMENTS if one["state"] == state):
        assert KEYS[state] <= one.keys(), one["id"]
        assert one.keys() <= {"id", "level", "about", "state", "why", "where", "tests"}, one["id"]
        assert one["about"]
        assert [test for test in one.get("tests", ()) if not is_there(test)] == [], one["id"]
        assert "where" not in one or (ROOT / one["where"]).exists(), one["id"]
        assert state != "met" or one["tests"], one["id"]


def test_no_requirement_has_another_state() -> None:
    assert {one["state"] for one in REQUIREMENTS} <= KEYS.keys()
