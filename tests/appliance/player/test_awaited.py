"""The film that is wanted and not there yet, by the clock."""

from __future__ import annotations

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


def test_a_box_that_opened_the_film_slowly_may_be_slow_to_draw_it_too(clock: HeldClock) -> None:
    awaited = Awaited(clock)
    assert awaited.given_up("film", undrawn_s=0.0, opening_s=0.1) is None
    clock.advance(29)
    assert awaited.given_up("film", undrawn_s=24.0, opening_s=5.0) is None
    clock.advance(7)
    assert "did not start" in (awaited.given_up("film", undrawn_s=31.0, opening_s=5.0) or "")
