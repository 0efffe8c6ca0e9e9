from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.ids import Sha256
from cache.scrub import BEFORE_SHOW, EACH, Scrubbed, next_film

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def film(number: int, hours_ago: float | None, *, pinned: bool = False) -> Scrubbed:
    at = "" if hours_ago is None else (NOW - timedelta(hours=hours_ago)).isoformat()
    return Scrubbed(Sha256(f"{number:064x}"), 1000, at, pinned)


films = st.lists(
    st.builds(film, st.integers(0, 99), st.none() | st.floats(-50, 400), pinned=st.booleans()),
    unique_by=lambda found: found.sha256,
)


@given(films, st.none() | st.floats(-10, 50))
def test_what_is_due_gets_its_turn_and_nothing_else(its: list[Scrubbed], starts_in_h: float | None) -> None:
    starts = None if starts_in_h is None else NOW + timedelta(hours=starts_in_h)
    chosen = next_film(its, NOW, starts=starts, busy=False)
    soon = starts is not None and timedelta(0) <= starts - NOW <= BEFORE_SHOW
    due = {
        found.sha256
        for found in its
        if not found.at
        or NOW - datetime.fromisoformat(found.at) > (BEFORE_SHOW if soon and found.pinned else EACH)
        or datetime.fromisoformat(found.at) > NOW
    }
    assert (chosen is None) == (not due)
    assert chosen is None or chosen in due


@given(films)
def test_while_a_show_runs_nothing_is_read(its: list[Scrubbed]) -> None:
    assert next_film(its, NOW, starts=None, busy=True) is None


def test_what_tonight_needs_comes_first() -> None:
    tonight, rotten = film(1, 7, pinned=True), film(2, None)
    assert next_film([rotten, tonight], NOW, starts=NOW + timedelta(hours=3), busy=False) == tonight.sha256
    assert next_film([rotten, tonight], NOW, starts=NOW + timedelta(hours=30), busy=False) == rotten.sha256
