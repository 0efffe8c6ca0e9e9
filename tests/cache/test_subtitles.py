from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cache.subtitles import SubtitleCue, SubtitleFormat, as_srt, clean, cues_of, webvtt

words = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), exclude_characters="<>{}&\u200e\u200f\ufeff"
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: not text.isdigit() and "->" not in text)
cues = st.builds(
    lambda start, length, text: SubtitleCue(start, start + length, text),
    st.integers(0, 10**7),
    st.integers(1, 10**5),
    words,
)


@given(st.lists(cues, max_size=8))
def test_what_is_written_is_read_again(given_cues: list[SubtitleCue]) -> None:
    ordered = sorted(given_cues, key=lambda cue: cue.start_ms)
    cleaned = clean(as_srt(ordered))
    assert (cleaned.text, cleaned.cues, cleaned.faults) == (as_srt(ordered), len(ordered), ())


@given(st.text())
def test_no_text_breaks_it_and_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    again = clean(once.text)
    assert (again.text, again.cues) == (once.text, once.cues)


def test_webvtt_becomes_srt() -> None:
    cleaned = clean(
        "\ufeffWEBVTT - some title\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnot shown\n\n"
        "intro\n00:01.000 --> 00:02.500 position:10% align:start\n<v Ada>Hello <i>there</i> &amp; you\n\n"
        "01:00:00.000 --> 01:00:01.000\n<c.loud>Two</c> <00:00:01.000>lines\nof text\n"
    )
    assert cleaned.format is SubtitleFormat.SRT
    assert cleaned.text == (
        "1\n00:00:01,000 --> 00:00:02,500\nHello <i>there</i> & you\n\n"
        "2\n01:00:00,000 --> 01:00:01,000\nTwo lines\nof text\n\n"
    )
    assert cleaned.faults == ()


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("1\n00:00:02,000 --> 00:00:01,000\nback\n", 2, "it ends before it begins"),
        ("1\n00:00:xx,000 --> 00:00:01,000\nnonsense\n", 2, "its times can not be read"),
        ("1\n00:00:01,000 --> 00:00:02,000\n\n", 2, "there is no text in it"),
        ("1\n99:00:01,000 --> 99:00:02,000\nlate\n", 2, "its times are longer than any film"),
        ("words alone\n\n1\n00:00:01,000 --> 00:00:02,000\nfine\n", 1, "there is no time before this text"),
    ],
)
def test_a_broken_cue_is_named_and_left_out(text: str, line: int, what: str) -> None:
    cleaned = clean(text + "\n\n7\n00:01:01,000 --> 00:01:02,000\ngood\n")
    assert "good" in cleaned.text
    assert [(fault.line, fault.what) for fault in cleaned.faults] == [(line, what)]


def test_usual_mistakes_are_forgiven() -> None:
    cleaned = clean(
        "1\r\n0:0:1.5 -> 0:0:2,5\r\nshort times\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\nno empty line before me\r\n\r\n"
        "00:00:02,600 --> 00:00:02,900\r\nno number, out of order\r\n"
    )
    assert cleaned.text == (
        "1\n00:00:01,500 --> 00:00:02,500\nshort times\n\n"
        "2\n00:00:02,600 --> 00:00:02,900\nno number, out of order\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\nno empty line before me\n\n"
    )


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Dialogue: he says", "Dialogue: he says"),
        ("-&gt; &lt;laughs&gt;", "-> <laughs>"),
        ("&lt;laughs&gt;", "<laughs>"),
        ("7\n&amp;amp;", "7\n&amp;"),
    ],
)
def test_words_that_look_like_marks_are_words(words: str, read: str) -> None:
    others = "2\n00:00:03,000 --> 00:00:04,000\nand on\n"
    found = cues_of(clean(f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n\n{others}").text)
    assert found == [SubtitleCue(1000, 2000, read), SubtitleCue(3000, 4000, "and on")]
    assert cues_of(webvtt(found, "en")) == found


def test_right_to_left_and_cjk_words_pass_untouched() -> None:
    hebrew, chinese = "\u05e9\u05dc\u05d5\u05dd", "\u4f60\u597d\uff0c\u4e16\u754c"
    text = f"1\n00:00:01,000 --> 00:00:02,000\n\u202b{hebrew}\u202c\n{chinese}\n\n"
    assert clean(text).text == text


def test_ass_keeps_its_styles_and_loses_what_can_not_be_timed() -> None:
    good = "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}Hello{\\i0}"
    bad = "Dialogue: 0,0:00:05.00,0:00:02.00,Default,,0,0,0,,Back"
    cleaned = clean(f"[Script Info]\nScriptType: v4.00+\n\n[Events]\n{good}\n{bad}\n")
    assert cleaned.format is SubtitleFormat.ASS
    assert good in cleaned.text
    assert "Back" not in cleaned.text
    assert (cleaned.cues, [fault.line for fault in cleaned.faults]) == (1, [6])
