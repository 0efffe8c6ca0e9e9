from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.player.film_clock import UNPAUSING_S, FilmClock

late_s = st.floats(0, 0.04)


@given(st.lists(late_s, min_size=1, max_size=30), st.sampled_from([0.5, 1.0, 2.0]))
def test_told_times_that_come_late_do_not_delay_the_end(lateness: list[float], rate: float) -> None:
    clock = FilmClock()
    clock.roll(0.0, rate)
    end = UNPAUSING_S + 60.0 / rate
    for number, late in enumerate(lateness):
        at = 0.25 * (number + 1)
        clock.hear((at - UNPAUSING_S) * 1000 * rate, at + late)
        moment = clock.moment(60_000, at + late)
        assert moment is not None
        assert end - 1e-6 <= moment <= end + max(lateness) + 1e-6


@given(st.floats(0, 1e6), st.floats(0, 100))
def test_it_stands_where_it_was_put(position_ms: float, now: float) -> None:
    clock = FilmClock()
    clock.stand(position_ms)
    assert clock.position_ms(now) == position_ms
    assert clock.moment(position_ms + 1, now) is None


def test_a_film_that_was_held_up_is_later_from_then_on() -> None:
    clock = FilmClock()
    clock.roll(0.0, 1.0, 0.0)
    clock.hear(250, 0.25)
    clock.hear(500, 1.5)
    assert clock.moment(1000, 1.5) == pytest.approx(2.0)


def test_a_time_from_before_a_seek_back_is_not_believed() -> None:
    clock = FilmClock()
    clock.stand(1000)
    clock.roll(10.0, 1.0)
    clock.hear(60_000, 10.05)
    assert clock.position_ms(10.1) == pytest.approx(1088)


def test_nothing_is_guessed_far_ahead() -> None:
    clock = FilmClock()
    clock.roll(0.0, 1.0, 0.0)
    clock.hear(250, 0.25)
    assert clock.position_ms(9.0) == pytest.approx(950)
    assert clock.moment(1000, 9.0) is None
