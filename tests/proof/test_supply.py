"""The list of what others made is what the box needs; and what nobody looked up is not called clean."""

from __future__ import annotations

import json

import pytest

from proof import supply

CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
BAD = {"name": "toml", "version": "0.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["0.2"]}]}
UNKNOWN = {"name": "av", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (json.dumps({"dependencies": [CLEAN]}), 0),
        (json.dumps({"dependencies": [CLEAN, BAD]}), 1),
        (json.dumps({"dependencies": [CLEAN, UNKNOWN]}), 2),
        (json.dumps({"dependencies": [BAD, UNKNOWN]}), 1),
        ("", 2),
    ],
)
def test_only_what_was_looked_up_and_has_no_fault_is_clean(answer: str, status: int) -> None:
    assert supply.judged(answer, "no answer") == status


def test_what_the_box_needs_is_in_and_what_tests_need_is_not() -> None:
    parts = supply.needed("matinee")
    assert {"flask", "werkzeug", "av", "botocore", "msgspec", "pyrage"} <= set(parts)
    assert not {"pytest", "hypothesis", "mypy", "ruff", "playwright"} & set(parts)
