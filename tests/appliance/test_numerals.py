from __future__ import annotations

import pytest

from appliance.numerals import whole


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("0042", 42), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", " 1", "1_0", "\u00b2", "\u0663", "1.0", "9" * 19, "9" * 5000]
)
def test_whatever_else_somebody_sends_is_none(text: str) -> None:
    assert whole(text) is None
