from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.player.mishaps import DEATHS, Life, Mishaps, Record, after_start


def die(path: Path, clock: HeldClock, film: str, after_s: float = 20.0) -> None:
    mishaps = Mishaps(path, clock)
    mishaps.opening(film)
    mishaps.settled()
    mishaps.seen(film)
    clock.advance(after_s)


def test_five_deaths_in_two_minutes_close_the_film(tmp_path: Path, clock: HeldClock) -> None:
    for _ in range(DEATHS):
        die(tmp_path / "lives", clock, "/bad")
    mishaps = Mishaps(tmp_path / "lives", clock)
    assert "stopped 5 times" in (mishaps.refusal("/bad") or "")
    assert mishaps.refusal("/good") is None
    clock.advance(901)
    assert mishaps.refusal("/bad") is None


def test_deaths_far_apart_close_nothing(tmp_path: Path, clock: HeldClock) -> None:
    for _ in range(3 * DEATHS):
        die(tmp_path / "lives", clock, "/film", after_s=40)
    assert Mishaps(tmp_path / "lives", clock).refusal("/film") is None


@pytest.mark.parametrize("life_s", [40, 95])
def test_a_film_that_opens_until_a_watchdog_comes_is_closed_however_long_each_life_lasts(
    tmp_path: Path, clock: HeldClock, life_s: float
) -> None:
    for _ in range(DEATHS):
        Mishaps(tmp_path / "lives", clock).opening("/hangs")
        clock.advance(life_s)
    assert Mishaps(tmp_path / "lives", clock).refusal("/hangs")


def test_ends_that_were_asked_for_are_no_deaths(tmp_path: Path, clock: HeldClock) -> None:
    for _ in range(3 * DEATHS):
        mishaps = Mishaps(tmp_path / "lives", clock)
        mishaps.opening("/film")
        mishaps.seen("/film")
        mishaps.end()
    assert Mishaps(tmp_path / "lives", clock).refusal("/film") is None


def test_the_film_that_was_being_opened_is_blamed_and_not_the_one_that_was_seen(
    tmp_path: Path, clock: HeldClock
) -> None:
    for _ in range(DEATHS):
        mishaps = Mishaps(tmp_path / "lives", clock)
        mishaps.opening("/good")
        mishaps.seen("/good")
        clock.advance(18)
        mishaps.opening("/bad")
        clock.advance(3)
    mishaps = Mishaps(tmp_path / "lives", clock)
    assert mishaps.refusal("/bad")
    assert mishaps.refusal("/good") is None


def test_a_film_that_opens_for_long_is_blamed_as_long_as_it_does(tmp_path: Path, clock: HeldClock) -> None:
    for opened in (False, True):
        lives = tmp_path / f"lives-{opened}"
        for _ in range(DEATHS):
            mishaps = Mishaps(lives, clock)
            mishaps.opening("/good")
            mishaps.settled()
            mishaps.seen("/good")
            mishaps.opening("/slow")
            if opened:
                mishaps.settled()
            clock.advance(20)
        mishaps = Mishaps(lives, clock)
        assert bool(mishaps.refusal("/slow")) is not opened
        assert bool(mishaps.refusal("/good")) is opened


def test_a_torn_record_is_an_empty_one(tmp_path: Path, clock: HeldClock) -> None:
    (tmp_path / "lives").write_bytes(b'{"lives": [')
    assert Mishaps(tmp_path / "lives", clock).refusal("/film") is None


@given(st.lists(st.floats(0, 1000), max_size=20), st.floats(0, 1000))
def test_only_many_recent_deaths_blame_anything(starts: list[float], now: float) -> None:
    record = after_start(Record(tuple(Life(began, seen="/film") for began in starts)), now)
    recent = sum(now - 120 < began <= now for began in starts)
    assert bool(record.refused) == (recent >= DEATHS)
    assert record.lives[-1] == Life(now)
