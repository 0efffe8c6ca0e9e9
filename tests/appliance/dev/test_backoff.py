"""Back-off as a pure function."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.dev.backoff import FIRST_S, LONGEST_S, SETTLED_S, delay_s, failures_after


@given(st.integers(1, 10_000))
def test_waits_grow_and_stay_within_bounds(failures: int) -> None:
    assert FIRST_S <= delay_s(failures) <= delay_s(failures + 1) <= LONGEST_S


@given(st.integers(1, 10_000), st.floats(0.01, 10))
def test_no_wait_is_longer_than_the_role_allows(failures: int, longest_s: float) -> None:
    assert delay_s(failures, longest_s) == min(longest_s, delay_s(failures))


@given(st.integers(0, 100), st.floats(0, 1e6))
def test_a_long_life_clears_the_record(failures: int, ran_s: float) -> None:
    assert failures_after(failures, ran_s) == (1 if ran_s >= SETTLED_S else failures + 1)
