from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockTrust, HeldClock, RealClock, ScaledClock, kernel_trust


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


@pytest.mark.parametrize(
    ("status", "trust"),
    [
        (0x0040, ClockTrust.NONE),  # STA_UNSYNC, as a box without a network starts
        (0x2041, ClockTrust.NONE),
        (0x0000, ClockTrust.PROVEN),
        (0x2001, ClockTrust.PROVEN),  # STA_PLL | STA_NANO, as systemd-timesyncd and chrony leave it
    ],
)
def test_the_clock_is_proven_only_if_the_kernel_says_that_it_is_synchronised(
    status: int, trust: ClockTrust
) -> None:
    assert kernel_trust(lambda: status) is trust
    assert RealClock(lambda: status).trust is trust


def test_a_sandbox_that_forbids_the_question_proves_nothing(tmp_path: Path) -> None:
    assert kernel_trust(lambda: None, tmp_path / "synchronized") is ClockTrust.NONE


def test_where_the_question_is_forbidden_the_time_service_may_say_it(tmp_path: Path) -> None:
    said = tmp_path / "synchronized"
    said.touch()
    assert kernel_trust(lambda: None, said) is ClockTrust.PROVEN
    assert kernel_trust(lambda: 0x0040, said) is ClockTrust.NONE  # the kernel knows better


def test_trust_follows_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    status = 0x0040
    clock = RealClock(lambda: status)
    assert clock.trust is ClockTrust.NONE
    status = 0
    passed_s = clock.monotonic() + 11
    monkeypatch.setattr(clock, "monotonic", lambda: passed_s)
    assert clock.trust is ClockTrust.PROVEN


def test_this_machines_kernel_answers_one_of_two() -> None:
    assert RealClock().trust in {ClockTrust.NONE, ClockTrust.PROVEN}
