"""How far something is, and how old, as a tired person reads it."""

from __future__ import annotations

import pytest

from appliance.model.way_words import size_words, time_left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (29, "less than a minute"),
        (180, "about 3 min"),
        (3600, "about 1 h"),
        (7800, "about 2 h 10 min"),
        (47 * 3600, "about 47 h"),
        (48 * 3600, "about 2 days"),
        (75 * 3600, "about 3 days"),
    ],
)
def test_a_time_is_said_no_finer_than_it_matters(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (999, "999 B"), (5_240, "5.2 kB"), (12_000_000, "12 MB")]
)
def test_a_size_has_two_digits_or_three(size: float, words: str) -> None:
    assert size_words(size) == words
