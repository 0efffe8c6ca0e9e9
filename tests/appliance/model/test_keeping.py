"""How long things stay: a shorter time counts a day later; a clock that nobody vouches for shreds nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.model.keeping import (
    DEFAULT,
    FOR_EVER,
    MOST_DAYS,
    SECOND_THOUGHTS,
    Keeping,
    Said,
    before,
    in_force,
    said_now,
)

NOW = datetime(2026, 11, 27, 18, tzinfo=UTC)
DAYS = st.integers(FOR_EVER, MOST_DAYS)


def said(hours_ago: float, people: int, clips: int = 30) -> Said:
    return Said(Keeping(people, clips), NOW - timedelta(hours=hours_ago))


def test_without_an_answer_people_stay_seven_days_and_clips_thirty() -> None:
    assert in_force([], NOW) == said_now([]) == Keeping(7, 30)


def test_shorter_counts_a_day_later_and_longer_at_once() -> None:
    assert in_force([said(23, 2)], NOW).people_days == 7
    assert in_force([said(24, 2)], NOW).people_days == 2
    assert in_force([said(0, 90)], NOW).people_days == 90
    assert in_force([said(0, FOR_EVER)], NOW).people_days == FOR_EVER


def test_what_was_taken_back_within_the_day_never_counted() -> None:
    taken_back = [said(1, 7), said(2, 1), said(100, 7)]
    for hours in range(48):
        assert in_force(taken_back, NOW + timedelta(hours=hours)).people_days == 7


@given(st.lists(st.tuples(st.floats(0, 100), DAYS), max_size=5))
def test_nothing_counts_that_is_shorter_than_any_answer_of_the_last_day(
    answers: list[tuple[float, int]],
) -> None:
    history = sorted((said(hours, days) for hours, days in answers), key=lambda one: one.at, reverse=True)
    counts = in_force(history, NOW).people_days
    recent = [one.keeping.people_days for one in history if NOW - one.at < SECOND_THOUGHTS]
    for days in recent:
        assert counts == FOR_EVER or (days != FOR_EVER and counts >= days)


@pytest.mark.parametrize("trust", [ClockTrust.NONE, ClockTrust.TOLD])
def test_a_clock_that_is_not_proven_shreds_nothing(trust: ClockTrust) -> None:
    assert before(7, NOW, trust) is None
    assert before(FOR_EVER, NOW, ClockTrust.PROVEN) is None
    assert before(7, NOW, ClockTrust.PROVEN) == NOW - timedelta(days=7)


@pytest.mark.parametrize("days", [-1, MOST_DAYS + 1])
def test_absurd_days_are_refused(days: int) -> None:
    with pytest.raises(MatineeError, match="number of days"):
        Keeping(people_days=days)
    assert Keeping() == DEFAULT
