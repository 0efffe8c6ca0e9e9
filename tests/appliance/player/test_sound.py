from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.player.fader import Fader, amplitude
from appliance.player.tracks import Track, choose

levels = st.floats(0, 1)


@given(levels, levels, st.floats(0.1, 20), st.floats(0, 1))
def test_a_fade_is_a_straight_line(begin: float, end: float, takes_s: float, share: float) -> None:
    fader = Fader(begin)
    fader.go(end, takes_s, 100.0)
    assert fader.level(100.0 + share * takes_s) == pytest.approx(begin + (end - begin) * share, abs=1e-6)
    assert fader.level(101.0 + takes_s) == end


def test_a_new_wish_starts_from_where_the_fade_is() -> None:
    fader = Fader(1.0)
    fader.go(0.0, 2.0, 0.0)
    fader.go(0.0, 2.0, 1.0)
    assert fader.level(1.0) == 0.5
    fader.go(1.0, 1.0, 1.0)
    assert fader.level(1.5) == 0.75


def test_no_gain_lifts_a_film_over_the_cap() -> None:
    assert amplitude(1.0, 6.0) == pytest.approx(1.995, abs=0.01)
    assert amplitude(1.0, 6.0, 0.5) == 0.5
    assert amplitude(0.2, -6.0, 0.5) == pytest.approx(0.1, abs=0.001)


TRACKS = [
    Track(1, "ger"),
    Track(2, "ger", "Hörfilmfassung"),
    Track(3, "eng", "Stereo"),
    Track(4, "en", "Audio Description"),
]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ("de", 1),
        ("de+described", 2),
        ("described", 2),
        ("en", 3),
        ("en-GB", 3),
        ("eng+described", 4),
        ("fr", None),
    ],
)
def test_the_track_that_was_asked_for_is_taken(wanted: str, number: int | None) -> None:
    assert choose(TRACKS, wanted) == number
