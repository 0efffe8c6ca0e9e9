"""Which words fall into a clip: properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.captions.window import read_words, within
from appliance.errors import MatineeError
from cache.subtitles import SubtitleCue, cues_of, webvtt

TIMES = st.integers(0, 60_000)


@st.composite
def cues(draw: st.DrawFn) -> list[SubtitleCue]:
    pairs = draw(st.lists(st.tuples(TIMES, st.integers(1, 9000)), max_size=12))
    return [
        SubtitleCue(begin, begin + lasts, f"words {number}") for number, (begin, lasts) in enumerate(pairs)
    ]


@given(cues(), TIMES, st.integers(1, 30_000))
def test_nothing_reaches_out_of_the_window_and_nothing_readable_is_lost(
    said: list[SubtitleCue], from_ms: int, lasts_ms: int
) -> None:
    until_ms = from_ms + lasts_ms
    found = within(said, from_ms, until_ms)
    assert all(0 <= cue.start_ms < cue.end_ms <= lasts_ms for cue in found)
    there = {cue.text: cue for cue in found}
    for cue in said:
        inside = min(cue.end_ms, until_ms) - max(cue.start_ms, from_ms)
        if inside >= 200 or (inside > 0 and inside == cue.end_ms - cue.start_ms):
            assert there[cue.text].end_ms - there[cue.text].start_ms == inside
        else:
            assert cue.text not in there


@given(cues(), TIMES, st.integers(1000, 30_000), st.integers(0, 900), st.integers(1, 900))
def test_a_window_in_a_window_is_that_window(
    said: list[SubtitleCue], from_ms: int, lasts_ms: int, inner_ms: int, inner_lasts_ms: int
) -> None:
    """A portrait cut's captions come out of the clip's, and stand where the item's transcript has them."""
    long = [cue for cue in said if cue.end_ms - cue.start_ms >= 200]
    inner = within(within(long, from_ms, from_ms + lasts_ms), inner_ms, inner_ms + inner_lasts_ms)
    straight = within(long, from_ms + inner_ms, from_ms + min(lasts_ms, inner_ms + inner_lasts_ms))
    assert set(inner) <= {*straight, *inner}
    for cue in straight:
        twin = [one for one in inner if one.text == cue.text]
        assert twin in ([], [cue])


@given(cues(), st.sampled_from(["", "en", "pt-BR"]))
def test_what_is_written_is_read_again(said: list[SubtitleCue], language: str) -> None:
    ordered = sorted(said, key=lambda cue: cue.start_ms)
    assert cues_of(webvtt(ordered, language)) == ordered


@pytest.mark.parametrize(
    ("text", "language", "key"),
    [
        ("", "", "no_captions"),
        ("Just prose, as a program writes it without times.", "", "no_captions"),
        ("1\n00:00:05,000 --> 00:00:02,000\nBackwards\n", "", "no_captions"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHello\n", "English, I think", "no_language"),
        ("a" * 400_001, "", "captions_long"),
    ],
)
def test_what_can_not_be_used_is_said_in_one_sentence(text: str, language: str, key: str) -> None:
    with pytest.raises(MatineeError) as refused:
        read_words(text, language)
    assert refused.value.key == f"capture.{key}"
    assert refused.value.sentence.count(". ") <= 2


def test_a_file_with_some_bad_lines_is_taken_and_they_are_named() -> None:
    words = read_words("1\n0:01 --> 0:02\nHello\n\n2\n0:09 --> 0:03\nBackwards\n", "en")
    assert [cue.text for cue in words.cues] == ["Hello"]
    assert words.left_out == ("line 6: it ends before it begins",)
