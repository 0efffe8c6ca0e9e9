"""What runs on without a seam: reels, films that roll already, backdrops."""

from __future__ import annotations

from itertools import pairwise

import pytest

from appliance.model.picture import Film, Screen
from lab.stage_house import AFTER, House, film


def parts(path: str = "/long") -> tuple[Film, Film]:
    return (
        Film("p1", "One", path, begin_ms=0, end_ms=3_000),
        Film("p2", "Two", path, begin_ms=3_000, end_ms=9_000),
    )


def test_a_reel_runs_on_in_the_same_place_and_only_the_token_changes(house: House) -> None:
    first, second = parts()
    house.stage.show(Screen(first, second))
    house.run(1)
    place = house.display.seen
    house.run(2.5)
    status = house.stage.status()
    assert (status.token, status.playing, status.duration_ms) == ("p2", True, 6_000)
    assert status.position_ms < 300
    assert house.display.seen is place


def test_within_a_reel_seek_and_resume_count_from_the_item(house: House) -> None:
    _first, second = parts()
    house.stage.show(Screen(Film("p2", "Two", "/long", 2_000, begin_ms=3_000, end_ms=9_000)))
    house.run(0.5)
    assert house.stage.status().position_ms == pytest.approx(2_200, abs=100)
    house.stage.seek("p2", 5_000)
    house.run(0.5)
    assert house.stage.status().position_ms == pytest.approx(5_500, abs=100)
    house.run(1)
    assert house.stage.status().ended
    assert second.end_ms == 9_000


def test_an_item_dropped_in_the_last_moment_does_not_roll_on(house: House) -> None:
    first, second = parts()
    house.stage.show(Screen(first, second))
    house.run(2)
    house.stage.show(Screen(first, AFTER))
    house.run(2)
    assert house.stage.status().token == "after"


def test_the_next_film_rolls_already_when_it_is_raised(house: House) -> None:
    house.stage.show(Screen(film("/a"), film("/b")))
    house.run(0.4)
    first = house.display.seen
    while house.display.seen is first:
        house.run(0.02)
    assert house.seen_engine.progress().rolling
    assert house.stage.status().token == "/b"


def test_near_the_end_the_stage_asks_to_be_woken_finely(house: House) -> None:
    house.stage.show(Screen(film("/a"), film("/b")))
    house.run(1)
    assert house.stage.due_s() is None
    house.run(3.28)
    due_s = house.stage.due_s()
    assert due_s is not None
    assert due_s < 0.01


def test_a_backdrop_goes_on_into_itself_until_something_else_is_asked(house: House) -> None:
    house.stage.show(Screen(film("/a", "loop", loop=True)))
    house.run(1)
    seen = []
    for _ in range(12):
        house.run(1)
        status = house.stage.status()
        assert (status.token, status.kind, status.playing, status.ended) == ("loop", "film", True, False)
        seen.append(status.position_ms)
    assert max(seen) < 4_000
    assert sum(later < before for before, later in pairwise(seen)) == 3
    house.stage.show(Screen(film("/a", "loop", loop=True), volume=0.5))
    house.run(0.1)
    assert house.seen_engine.amplitude == 0.5
    house.stage.show(Screen(film("/b")))
    house.run(1)
    assert house.stage.status().token == "/b"
