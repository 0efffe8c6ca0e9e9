from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cache.probe import Loudness
from cache.probe_loudness import CEILING_DBTP, MOST_CUT_DB, MOST_LIFT_DB, TARGET_LUFS, gain_db

levels = st.floats(-68.9, 5, allow_nan=False)
peaks = st.floats(-99, 12, allow_nan=False)


@pytest.mark.parametrize(
    ("integrated", "peak", "gain"),
    [
        (-23.0, -3.0, 0.0),
        (-13.0, 0.5, -10.0),  # a loud trailer
        (-27.0, -6.0, 4.0),  # a film with headroom
        (-27.0, -2.0, 1.0),  # lifted only as far as its peaks allow
        (-27.0, 0.0, 0.0),
        (-70.0, -90.0, 0.0),  # silence
    ],
)
def test_films_meet_at_one_loudness(integrated: float, peak: float, gain: float) -> None:
    assert gain_db(Loudness(integrated, peak)) == gain


def test_what_was_not_measured_is_left_alone() -> None:
    assert gain_db(None) == 0.0


@given(levels, peaks)
def test_no_gain_makes_a_film_louder_than_the_target_or_clips_it(integrated: float, peak: float) -> None:
    gain = gain_db(Loudness(integrated, peak))
    assert -MOST_CUT_DB <= gain <= MOST_LIFT_DB
    if gain > 0:
        assert integrated + gain <= TARGET_LUFS + 0.06
        assert peak + gain <= CEILING_DBTP + 0.06


@given(levels, peaks)
def test_of_two_films_the_louder_one_is_never_lifted_more(integrated: float, peak: float) -> None:
    assert gain_db(Loudness(integrated + 3, peak)) <= gain_db(Loudness(integrated, peak))
