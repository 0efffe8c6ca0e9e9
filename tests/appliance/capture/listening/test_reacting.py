"""What counts as a reaction of the house: odds over three patches, of all three sounds together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.listening.all_lasting import AllLasting
from appliance.capture.listening.hearing import Thresholds
from appliance.capture.listening.hysteresis import EDGE_S, LONGEST_S
from appliance.capture.listening.log_mel import HOP_S
from appliance.capture.listening.reacting import Reacting
from appliance.capture.listening.sounds import Reaction, Sound

THRESHOLDS = Thresholds(0.9, 0.55)
QUIET = (0.01, 0.01, 0.01)
LAUGH, CLAPS = (0.98, 0.05, 0.02), (0.02, 0.98, 0.3)


def heard(patches: Sequence[tuple[float, float, float]]) -> list[Reaction]:
    reacting = Reacting(THRESHOLDS)
    told = [reacting.take(at * HOP_S, np.array([*one, 0, 0], np.float32)) for at, one in enumerate(patches)]
    return [one for one in (*told, reacting.end()) if one is not None]


def test_a_laugh_is_where_it_was_and_called_what_it_was() -> None:
    (laugh,) = heard([*[QUIET] * 6, *[LAUGH] * 5, *[QUIET] * 6])
    assert laugh.sound is Sound.LAUGHTER
    assert laugh.from_s == pytest.approx(6 * HOP_S + EDGE_S)
    assert laugh.to_s == pytest.approx(11 * HOP_S + EDGE_S, abs=HOP_S)
    assert laugh.probability == pytest.approx(0.98, abs=0.01)


def test_a_door_that_is_as_loud_as_applause_for_one_patch_is_none() -> None:
    assert heard([*[QUIET] * 6, CLAPS, *[QUIET] * 6]) == []


def test_half_applause_and_half_cheering_are_a_whole_reaction() -> None:
    either = (0.02, 0.75, 0.7)
    (one,) = heard([*[QUIET] * 6, *[either] * 6, *[QUIET] * 6])
    assert one.sound is Sound.APPLAUSE
    assert heard([*[QUIET] * 6, *[(0.02, 0.75, 0.01)] * 6, *[QUIET] * 6]) == []


def test_a_breath_does_not_end_a_laugh_and_a_pause_does() -> None:
    breath = [*[QUIET] * 4, *[LAUGH] * 4, QUIET, *[LAUGH] * 4, *[QUIET] * 4]
    assert len(heard(breath)) == 1
    assert len(heard([*breath[:8], *[QUIET] * 6, *breath[9:]])) == 2


def test_the_beginning_and_the_end_of_the_sound_are_heard_too() -> None:
    (laugh,) = heard([LAUGH] * 5)
    assert laugh.from_s == pytest.approx(EDGE_S)
    assert laugh.seconds >= 4 * HOP_S


def test_what_is_heard_is_told_while_it_lasts_and_beside_the_music() -> None:
    every = AllLasting((THRESHOLDS,) * 3 + (Thresholds(0.5, 0.3),) * 2)
    for at in range(6):
        every.take(at * HOP_S, np.array([*CLAPS, 0.1, 0.9], np.float32))
    assert {one.sound for one in every.so_far} == {Sound.APPLAUSE, Sound.MUSIC}
    assert {one.sound for one in every.end()} == {Sound.APPLAUSE, Sound.MUSIC}
    assert every.so_far == ()


def test_an_ovation_is_told_in_parts() -> None:
    parts = heard([CLAPS] * 100)
    assert len(parts) == 3
    assert max(one.seconds for one in parts) < LONGEST_S + HOP_S


@given(st.lists(st.tuples(*[st.floats(0, 1, width=32)] * 3), max_size=120))
def test_reactions_are_in_order_apart_and_not_too_long(patches: list[tuple[float, float, float]]) -> None:
    found = heard(patches)
    for one in found:
        assert 0 < one.seconds < LONGEST_S + 4 * HOP_S
        assert one.from_s >= EDGE_S
    for before, after in pairwise(found):
        assert after.from_s >= before.to_s - 2 * HOP_S
