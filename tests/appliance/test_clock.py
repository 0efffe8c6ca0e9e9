from __future__ import annotations

import threading
from datetime import timedelta

from appliance.clock import HeldClock, RealClock, ScaledClock


def test_a_scaled_clock_runs_faster_and_wall_time_runs_with_it() -> None:
    base = HeldClock()
    fast = ScaledClock(base, 20)
    wall, monotonic = fast.now(), fast.monotonic()
    base.advance(3)
    assert fast.monotonic() - monotonic == 60
    assert fast.now() - wall == timedelta(seconds=60)


def test_waiting_on_a_held_clock_passes_its_time() -> None:
    clock = HeldClock()
    before = clock.monotonic()
    assert clock.wait(threading.Event(), 5) is False
    assert clock.monotonic() == before + 5


def test_a_jump_of_wall_time_moves_no_waiting() -> None:
    clock = HeldClock()
    before = clock.monotonic()
    clock.set_wall(clock.now() + timedelta(days=3650))
    assert clock.monotonic() == before


def test_the_real_clock_is_aware_and_in_utc() -> None:
    assert RealClock().now().utcoffset() == timedelta(0)
