from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.ids import Sha256
from cache.reel import Link, Make, reel_name, runs

MAKES = [Make("h264 1280 720", ("aac",)), Make("h264 1920 1080", ("aac",)), None]
links = st.lists(
    st.builds(Link, st.sampled_from([Sha256("a"), Sha256("b")]), st.sampled_from(MAKES), st.booleans()),
    max_size=12,
)


@given(links)
def test_a_run_joins_only_films_of_one_make_that_run_on(programme: list[Link]) -> None:
    for run in runs(programme):
        assert len(run) >= 2
        assert len({programme[place].make for place in run}) == 1
        assert programme[run[0]].make is not None
        assert all(programme[place].runs_on for place in run[:-1])


@given(links)
def test_no_two_that_could_be_joined_are_left_apart(programme: list[Link]) -> None:
    together = {(place, place + 1) for run in runs(programme) for place in run[:-1]}
    for place in range(len(programme) - 1):
        before, after = programme[place], programme[place + 1]
        joinable = before.runs_on and before.make is not None and before.make == after.make
        assert ((place, place + 1) in together) == joinable


def test_the_name_says_which_films_and_in_which_order() -> None:
    a, b = Sha256("a" * 64), Sha256("b" * 64)
    assert reel_name([a, b]) == reel_name([a, b])
    assert len({reel_name([a, b]), reel_name([b, a]), reel_name([a, b, b])}) == 3
