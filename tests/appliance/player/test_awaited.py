"""The film that is wanted and not there yet, by the clock."""

from __future__ import annotations

import pytest

from appliance.clock import HeldClock
from appliance.player.awaited import MOST_S, Awaited


def test_a_film_that_was_ready_long_before_it_is_wanted_has_its_time_to_be_drawn(clock: HeldClock) -> None:
    awaited = Awaited(clock)
    assert awaited.given_up("film", undrawn_s=600.0, opening_s=0.4) is None
    clock.advance(8)
    assert "did not start" in (awaited.given_up("film", undrawn_s=608.0, opening_s=0.4) or "")


def test_a_film_that_is_wanted_again_has_its_minute_again(clock: HeldClock) -> None:
    awaited = Awaited(clock)
    assert awaited.given_up("film", undrawn_s=0.0, opening_s=0.0) is None
    clock.advance(MOST_S + 1)
    assert "over a minute" in (awaited.given_up("film", undrawn_s=0.0, opening_s=0.0) or "")
    awaited.over()
    assert awaited.given_up("film", undrawn_s=0.0, opening_s=0.0) is None


@pytest.mark.parametrize(("opening_s", "waits_s"), [(0.4, 7.5), (4.0, 24.0), (20.0, 30.0)])
def test_however_slowly_it_opened_half_a_minute_is_enough_to_draw_it(
    clock: HeldClock, opening_s: float, waits_s: float
) -> None:
    awaited = Awaited(clock)
    awaited.needs_card("film")
    clock.advance(waits_s - 0.1)
    assert awaited.given_up("film", waits_s - 0.1, opening_s) is None
    clock.advance(0.2)
    assert "did not start" in (awaited.given_up("film", waits_s + 0.1, opening_s) or "")


def test_what_was_opened_and_is_not_drawn_by_the_end_of_the_minute_is_not_said_to_open_slowly(
    clock: HeldClock,
) -> None:
    awaited = Awaited(clock)
    awaited.needs_card("film")
    clock.advance(MOST_S + 1)
    assert "did not start" in (awaited.given_up("film", undrawn_s=2.0, opening_s=59.0) or "")
