from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.listening.hearing import Thresholds
from appliance.capture.listening.hysteresis import BRIDGE_S, LONGEST_S, Lasting
from appliance.capture.listening.log_mel import HOP_S
from appliance.capture.listening.sounds import Reaction, Sound

_OFF, _ON = 0.3, 0.7


def _heard(probabilities: list[float]) -> list[Reaction]:
    lasting = Lasting(Sound.LAUGHTER, Thresholds(_ON, _OFF))
    found = [lasting.take(index * HOP_S, value) for index, value in enumerate(probabilities)]
    return [one for one in (*found, lasting.end()) if one is not None]


def test_a_sound_begins_above_one_threshold_and_ends_below_the_other() -> None:
    (laugh,) = _heard([0.1, 0.8, 0.5, 0.9, 0.4, 0.1, 0.1, 0.1, 0.1])
    assert laugh.sound is Sound.LAUGHTER
    assert laugh.from_s == pytest.approx(HOP_S + 0.24)
    assert laugh.to_s == pytest.approx(5 * HOP_S + 0.24)
    assert laugh.probability == pytest.approx(0.9)


def test_what_is_only_likely_never_begins() -> None:
    assert _heard([0.6] * 20) == []


def test_it_began_when_it_was_first_likely() -> None:
    (laugh,) = _heard([0.1, 0.5, 0.6, 0.9, 0.1, 0.1, 0.1])
    assert laugh.from_s == pytest.approx(HOP_S + 0.24)


def test_a_long_likely_time_before_is_not_its_beginning() -> None:
    (laugh,) = _heard([0.5] * 10 + [0.9])
    assert laugh.from_s == pytest.approx(10 * HOP_S + 0.24)


def test_a_breath_does_not_end_a_laugh_and_a_pause_does() -> None:
    assert len(_heard([0.9, 0.1, 0.9])) == 1
    assert len(_heard([0.9, *[0.1] * 4, 0.9])) == 2


def test_an_ovation_is_told_in_parts() -> None:
    parts = _heard([0.9] * 100)
    assert len(parts) == 3
    assert max(one.seconds for one in parts) < LONGEST_S + HOP_S


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, allow_nan=False, width=32), max_size=120))
def test_sounds_are_in_order_apart_sure_and_not_too_long(probabilities: list[float]) -> None:
    found = _heard(probabilities)
    assert len(found) <= sum(value >= _ON for value in probabilities)
    for one in found:
        assert one.probability >= _ON - 0.001
        assert 0 < one.seconds < LONGEST_S + 2.5
        assert one.from_s >= 0
    for before, after in pairwise(found):
        assert after.from_s >= before.to_s - 1e-9
        assert after.from_s - before.to_s >= BRIDGE_S - HOP_S - 1e-9 or before.seconds >= LONGEST_S - HOP_S
