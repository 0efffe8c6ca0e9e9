"""Permits on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import ClockTrust
from appliance.model.licence import Outside
from appliance.model.permit import Permit, PermitState, audit, judge

TODAY = date(2026, 11, 22)
EVENING = date(2026, 11, 27)
DAY = timedelta(days=1)
GIVEN = Permit("p", "A permit", "B-17", remind_days=10)


def permit(begins: int | None, ends: int | None, reference: str = "B-17") -> Permit:
    """Days from today."""
    return Permit(
        "p", "A permit", reference,
        holds_from=None if begins is None else TODAY + begins * DAY,
        expires=None if ends is None else TODAY + ends * DAY,
        without=Outside.REFUSE,
        remind_days=10,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (permit(None, None), PermitState.GOOD),
        (permit(None, None, ""), PermitState.MISSING),
        (permit(0, 400), PermitState.GOOD),
        (permit(0, 9), PermitState.SOON),
        (permit(0, 4), PermitState.EXPIRED),
        (permit(-9, -1), PermitState.EXPIRED),
        (permit(5, 400), PermitState.GOOD),
        (permit(6, 400), PermitState.EARLY),
    ],
)
def test_what_counts_is_today_and_the_evening(one: Permit, state: PermitState) -> None:
    (found,) = audit([one], TODAY, EVENING, ClockTrust.PROVEN)
    assert found.state is state
    assert found.refuses is found.is_bad
    assert found.words


def test_a_box_without_the_time_tells_and_never_refuses() -> None:
    unsure = judge(permit(0, 400), TODAY, ClockTrust.NONE)
    assert (unsure.state, unsure.refuses) == (PermitState.UNSURE, False)
    assert judge(permit(None, None, ""), TODAY, ClockTrust.NONE).refuses


@given(
    st.integers(-40, 40) | st.none(), st.integers(-40, 40) | st.none(), st.integers(-30, 30),
)  # fmt: skip
def test_what_holds_on_the_evening_never_refuses_on_it(
    begins: int | None, ends: int | None, evening: int
) -> None:
    one = permit(begins, ends)
    day = TODAY + evening * DAY
    holds = (begins is None or begins <= evening) and (ends is None or evening <= ends)
    (found,) = audit([one], day, day, ClockTrust.PROVEN)
    assert found.is_bad is not holds
    assert found.refuses is not holds
