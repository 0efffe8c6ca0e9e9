from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.model.licence import Licence, Outside, Standing, judge, variant
from lab.evening import MANIFEST

NIGHT = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)
moments = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
places = st.lists(st.sampled_from(["DE", "FR", "NL"]), max_size=2).map(tuple)


@st.composite
def licences(draw: st.DrawFn) -> Licence:
    first, last = draw(moments), draw(moments)
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last) + DAY
    return Licence("film.mp4", first, last, (), draw(places), outside=draw(st.sampled_from(Outside)))


@given(st.lists(licences(), max_size=4), st.datetimes(timezones=st.just(UTC)), st.sampled_from(ClockTrust))
def test_a_film_is_allowed_only_where_some_licence_holds(
    its: list[Licence], now: datetime, trust: ClockTrust
) -> None:
    ruling = judge(its, "film.mp4", "Café Meridian", "DE", now, trust)
    here = [licence for licence in its if not licence.regions or "DE" in licence.regions]
    holds = [licence for licence in here if licence.holds_on(now)]
    if ruling.standing is Standing.ALLOWED:
        assert holds or not its or any(not (licence.not_before or licence.not_after) for licence in here)
    elif ruling.standing is Standing.ELSEWHERE:
        assert its
        assert not here
    elif ruling.standing is Standing.UNSURE:
        assert trust is ClockTrust.NONE
    else:
        assert here
        assert not holds
        assert trust is not ClockTrust.NONE
    if ruling.refuses:
        assert any(licence.outside is Outside.REFUSE for licence in its)


@given(licences(), st.datetimes(timezones=st.just(UTC)))
def test_a_clock_that_nobody_vouches_for_never_refuses_for_the_time(licence: Licence, now: datetime) -> None:
    here = Licence(licence.film, licence.not_before, licence.not_after, outside=Outside.REFUSE)
    assert not judge([here], "film.mp4", "", "", now, ClockTrust.NONE).refuses


def test_early_and_late_are_told_with_their_moment() -> None:
    window = Licence("film.mp4", NIGHT - DAY, NIGHT + DAY, outside=Outside.REFUSE)
    early = judge([window], "film.mp4", "", "", NIGHT - 2 * DAY, ClockTrust.TOLD)
    late = judge([window], "film.mp4", "", "", NIGHT + 2 * DAY, ClockTrust.PROVEN)
    assert (early.standing, early.moment, early.refuses) == (Standing.EARLY, NIGHT - DAY, True)
    assert (late.standing, late.moment, late.refuses) == (Standing.LATE, NIGHT + DAY, True)


def test_a_staggered_release_picks_its_own_variant() -> None:
    first = Licence("film.mp4", None, NIGHT, regions=("DE",), use="film-preview.mp4")
    then = Licence("film.mp4", NIGHT, None, regions=("DE",), use="film-de.mp4")
    assert variant([first, then], "film.mp4", "", "DE", NIGHT - DAY) == "film-preview.mp4"
    assert variant([first, then], "film.mp4", "", "DE", NIGHT + DAY) == "film-de.mp4"
    assert variant([first, then], "film.mp4", "", "FR", NIGHT) == "film.mp4"
    assert (
        judge([first, then], "film-de.mp4", "", "DE", NIGHT + DAY, ClockTrust.TOLD).standing
        is Standing.ALLOWED
    )


LICENCE = """
[[licence]]
film = "short.mp4"
not_before = 2026-11-20T00:00:00+01:00
not_after = 2026-12-20T00:00:00+01:00
regions = ["DE"]
use = "short-de.mp4"
outside = "refuse"
"""


def test_a_manifest_says_which_file_is_played_here() -> None:
    here = MANIFEST.replace("capacity = 40", 'capacity = 40\nregion = "DE"') + LICENCE
    event = event_manifest.check(here)
    assert [item.film for item in event.programme.items if item.film] == ["trailer.mp4", "short-de.mp4"]
    assert event.ruling("short-de.mp4", NIGHT, ClockTrust.PROVEN).standing is Standing.ALLOWED
    assert event.ruling("short-de.mp4", NIGHT + 60 * DAY, ClockTrust.PROVEN).refuses
    elsewhere = event_manifest.check(MANIFEST + LICENCE)
    assert [item.film for item in elsewhere.programme.items if item.film] == ["trailer.mp4", "short.mp4"]
    assert elsewhere.ruling("short.mp4", NIGHT, ClockTrust.PROVEN).standing is Standing.ELSEWHERE


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ('film = "short.mp4"\nnot', 'film = "other.mp4"\nnot', "no item plays"),
        ("2026-12-20", "2026-11-10", "ends before it begins"),
        ('["DE"]', '["Germany"]', "regions"),
        ('"refuse"', '"maybe"', "maybe"),
    ],
)
def test_what_can_not_be_meant_is_named(good: str, bad: str, words: str) -> None:
    assert good in LICENCE
    with pytest.raises(MatineeError, match=words):
        event_manifest.check(MANIFEST + LICENCE.replace(good, bad))
