from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.listening.sounds import REACTIONS, Reaction, Sound
from appliance.capture.looking.sight import Box, Sight
from appliance.capture.scoring import best_moments, joined, place_in_words

_FACE = Box(0.1, 0.1, 0.1, 0.1, 0.9)
_TIMES = st.floats(0, 300, allow_nan=False)
_REACTIONS = st.lists(
    st.builds(
        lambda sound, at, lasts, sure: Reaction(sound, at, at + lasts, sure),
        st.sampled_from(Sound),
        _TIMES,
        st.floats(0.1, 20),
        st.floats(0.3, 1),
    ),
    max_size=12,
)
_SIGHTS = st.lists(
    st.builds(Sight, _TIMES, st.floats(0, 1), st.just((_FACE,)), st.floats(0, 1), st.floats(0, 1)), max_size=8
)


def _laugh(from_s: float, to_s: float, sure: float = 0.9) -> Reaction:
    return Reaction(Sound.LAUGHTER, from_s, to_s, sure)


def test_the_why_is_in_words() -> None:
    (moment,) = best_moments([_laugh(10, 14, 0.91)])
    assert moment.why == "laughter 0.91 for 4 s"
    assert moment.at_s == 10


def test_what_is_heard_at_once_is_one_moment_and_all_of_it_is_said() -> None:
    (moment,) = best_moments([_laugh(10, 14, 0.91), Reaction(Sound.APPLAUSE, 13, 20, 0.8)])
    assert moment.why == "applause 0.80 for 7 s, laughter 0.91 for 4 s"
    assert (moment.from_s, moment.to_s) == (10, 20)


def test_faces_make_it_better_and_are_said() -> None:
    (alone,) = best_moments([_laugh(10, 14)])
    (seen,) = best_moments([_laugh(10, 14)], [Sight(12, 0.2, (_FACE, _FACE), 0.8, 1.0)])
    assert seen.score > alone.score
    assert seen.why.endswith("2 faces")


def test_longer_and_surer_is_better() -> None:
    short, long, sure = (
        best_moments([one])[0].score for one in (_laugh(0, 1), _laugh(0, 6), _laugh(0, 6, 0.99))
    )
    assert short < long < sure


def test_of_two_that_are_close_the_better_stays() -> None:
    (moment,) = best_moments([_laugh(10, 11), _laugh(14, 20)])
    assert moment.from_s == 14


def test_speech_and_music_are_no_moments() -> None:
    assert best_moments([Reaction(Sound.SPEECH, 0, 60, 1), Reaction(Sound.MUSIC, 0, 60, 1)]) == ()


@pytest.mark.parametrize(("seconds", "words"), [(41, "at 00:41 of short 2"), (150, "2 min into short 2")])
def test_the_place_is_in_words(seconds: float, words: str) -> None:
    assert place_in_words(seconds, "short 2") == words


@settings(deadline=None)
@given(_REACTIONS, _SIGHTS)
def test_moments_are_worth_0_to_1_best_first_and_apart(
    reactions: list[Reaction], sights: list[Sight]
) -> None:
    moments = best_moments(reactions, sights)
    scores = [one.score for one in moments]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    ordered = sorted(moments, key=lambda one: one.from_s)
    assert all(after.from_s - before.to_s >= 6 for before, after in pairwise(ordered))


@settings(deadline=None)
@given(_REACTIONS, _SIGHTS)
def test_the_best_that_was_heard_is_never_lost(reactions: list[Reaction], sights: list[Sight]) -> None:
    assert bool(best_moments(reactions, sights)) == any(one.sound in REACTIONS for one in reactions)


@settings(deadline=None)
@given(_REACTIONS)
def test_groups_hold_every_reaction_once_and_do_not_touch(reactions: list[Reaction]) -> None:
    groups = joined(reactions)
    assert sorted(map(repr, (one for group in groups for one in group))) == sorted(
        repr(one) for one in reactions if one.sound in REACTIONS
    )
    for before, after in pairwise(groups):
        assert after[0].from_s > max(one.to_s for one in before) + 1.0


@settings(deadline=None)
@given(_REACTIONS, st.randoms())
def test_their_order_does_not_matter(reactions: list[Reaction], random: object) -> None:
    shuffled = list(reactions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {(one.from_s, one.score) for one in best_moments(shuffled)} == {
        (one.from_s, one.score) for one in best_moments(reactions)
    }
