"""What may be told of an evening: nothing of a few, everything with its n."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.store.figure_rows import Coming, OfferSums
from appliance.store.page_rows import BOUNDS_MS, Answered
from webui import portal
from webui.console import figures
from webui.portal.timing import _UNTOLD

DOORS = datetime(2026, 11, 27, 19, tzinfo=UTC)


def answered(
    page: str, within_ms: int, count: int, outcome: str = "", phone: str = "iphone"
) -> dict[Answered, int]:
    return {Answered("e", page, phone, outcome, within_ms): count}


def test_a_number_of_a_few_people_is_not_told() -> None:
    assert [figures.number(count) for count in (0, 1, 4, 5, 1200)] == [
        "0", "fewer than 5", "fewer than 5", "5", "1\u202f200",
    ]  # fmt: skip


def test_every_page_that_is_timed_has_a_name_that_people_know() -> None:
    timed = {
        module.pages.name
        for found in pkgutil.iter_modules(portal.__path__, "webui.portal.")
        if hasattr(module := importlib.import_module(found.name), "pages")
    } - _UNTOLD
    assert {"home", "room", "removal", "feedback"} <= timed
    assert [name for name in timed if figures.page_name(f"{name}.own") == figures.page_name("nothing")] == []


def test_a_small_group_and_the_one_that_would_give_it_away_stay_untold() -> None:
    drawn = str(figures.who(Coming(40, 38, 30, 8, 2)))
    assert drawn.count("untold") == 2
    assert "30 of 40" in drawn
    assert "n = 40" in drawn
    assert figures.who(Coming(0, 0, 0, 0, 0)) is None


@given(st.lists(st.integers(0, 300), max_size=60))
def test_no_column_of_the_sign_ups_tells_of_fewer_than_five(minutes: list[int]) -> None:
    moments = [DOORS + timedelta(minutes=after) for after in sorted(minutes)]
    told = figures.over_time(moments, DOORS)
    if told is None:
        return
    width = told[1]
    counted = Counter((moment - DOORS.replace(hour=0)) // timedelta(minutes=width) for moment in moments)
    assert all(count >= 5 for count in counted.values())
    assert f"n = {len(moments)}" in str(told[0])


def test_a_full_house_is_told_finely() -> None:
    told = figures.over_time([DOORS + timedelta(seconds=at * 12) for at in range(200)], DOORS)
    assert told is not None
    assert told[1] == 10


def test_speeds_are_bounds_that_so_many_answers_kept() -> None:
    counts = {
        **answered("home.join", 50, 90),
        **answered("home.join", 1000, 10),
        **answered("drops.claim", 0, 6),
    }
    slowest, sign_up = figures.speeds(counts)
    assert (slowest.page, slowest.most) == ("Reserve one", "over 5 s")
    assert (sign_up.page, sign_up.answers, sign_up.half, sign_up.most) == ("Sign up", 100, "0.05 s", "1 s")
    assert "n = 106" in str(figures.quickness(counts))
    assert "85 %" in str(figures.quickness(counts))


@given(st.dictionaries(st.sampled_from(BOUNDS_MS), st.integers(1, 50), min_size=1))
def test_the_bounds_of_a_page_never_cross(buckets: dict[int, int]) -> None:
    counts = {key: n for bound, count in buckets.items() for key, n in answered("home", bound, count).items()}
    (speed,) = figures.speeds(counts)
    assert float(speed.half.removesuffix(" s")) <= float(speed.most.removesuffix(" s"))
    assert speed.answers == sum(buckets.values())


def test_pages_that_few_asked_for_count_as_one() -> None:
    counts = {**answered("watch.show", 50, 2), **answered("extras.show", 50, 3), **answered("home", 50, 9)}
    assert sorted(one.page for one in figures.speeds(counts)) == ["All other pages", "First page"]


def test_what_failed_is_told_with_its_sentence_and_for_kinds_of_which_there_were_enough() -> None:
    counts = {
        **answered("drops.claim", 50, 7, "portal.too_often", "android"),
        **answered("drops.claim", 50, 2, "portal.too_often", "other"),
        **answered("nothing", 50, 3, "404", "iphone"),
        **answered("home.join", 50, 40, "", "android"),
    }
    told = figures.failures(counts, {"android": 12, "iphone": 3, "other": 1})
    assert [(one.page, one.whom, one.count) for one in told] == [
        ("Reserve one", "Android phones", "7"),
        ("Pages that do not exist", "phones of any kind", "fewer than 5"),
        ("Reserve one", "phones of any kind", "fewer than 5"),
    ]
    assert "very many of these came at once" in told[0].what
    assert "{" not in told[0].what


def test_offers_are_units_and_an_evening_without_any_draws_nothing() -> None:
    drawn = str(figures.offers({"poster": "Poster"}, {"poster": OfferSums(12, 7, 2)}))
    assert "7 of 12" in drawn
    assert "n = 12" in drawn
    assert figures.offers({}, {}) is None
