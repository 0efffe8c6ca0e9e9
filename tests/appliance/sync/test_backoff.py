from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.sync.backoff import FIRST_S, LONGEST_S, delay_s

JITTER = st.floats(0, 1, exclude_max=True)


@given(failures=st.integers(1, 10_000), jitter=JITTER)
def test_a_wait_is_never_long_and_never_nothing(failures: int, jitter: float) -> None:
    assert FIRST_S / 2 <= delay_s(failures, jitter) <= LONGEST_S


@given(failures=st.integers(1, 10_000), jitter=JITTER)
def test_a_wait_never_shrinks_by_one_more_failure_at_equal_luck(failures: int, jitter: float) -> None:
    assert delay_s(failures, jitter) <= delay_s(failures + 1, jitter)


@given(failures=st.integers(1, 20), jitter=JITTER, asked=st.floats(0, 4000))
def test_what_the_server_asked_for_is_kept(failures: int, jitter: float, asked: float) -> None:
    assert delay_s(failures, jitter, asked) >= asked


def test_boxes_that_failed_together_come_back_apart() -> None:
    assert len({delay_s(6, luck / 100) for luck in range(100)}) == 100


def test_without_a_failure_nobody_waits() -> None:
    assert delay_s(0, 0.9) == 0
