"""Letters of other scripts: where lines break, what they are set in, which way they run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from appliance.model.picture import Card, Overlay, OverlayKind
from appliance.model.programme import CardLayout
from appliance.player.cards import compose
from appliance.player.panels import panels
from appliance.player.scripts import Script, rightward, runs, units
from appliance.player.typesetting import Face, fit, length

SIZE = (1280, 720)
CHINESE = "\u6625\u6c5f\u82b1\u6708\u591c"
JAPANESE = "\u76e3\u7763\u3068\u306e\u5bfe\u8a71"
KOREAN = "\ud734\uc2dd \uc2dc\uac04"
HEBREW = "\u05e2\u05e8\u05d1 \u05e1\u05e8\u05d8\u05d9\u05dd"
ARABIC = "\u0644\u064a\u0644\u0629 \u0627\u0644\u0623\u0641\u0644\u0627\u0645"
BOX = "\U0001fae8"
"""A letter that no type here has."""


def drawn(text: str) -> Image.Image:
    return compose(Card("", CardLayout.TITLE, text), SIZE)


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, KOREAN, HEBREW, ARABIC])
def test_every_letter_is_drawn_and_is_no_empty_box(text: str) -> None:
    letters = [letter for letter in text if letter != " "]
    pictures = {drawn(letter).tobytes() for letter in letters}
    assert len(pictures) == len(set(letters))
    assert drawn(BOX).tobytes() not in pictures


def test_a_line_of_chinese_breaks_between_any_two_letters_but_not_before_a_full_stop() -> None:
    assert [unit.text for unit in units(f"{CHINESE[:3]}\u3002{CHINESE[3:]} film")] == [
        CHINESE[0],
        CHINESE[1],
        f"{CHINESE[2]}\u3002",
        CHINESE[3],
        CHINESE[4],
        "film",
    ]
    assert [unit.text for unit in units(f"\u300c{CHINESE[:2]}\u300d")] == [
        f"\u300c{CHINESE[0]}",
        f"{CHINESE[1]}\u300d",
    ]


def test_words_of_other_scripts_stay_whole() -> None:
    for text in ("a film, and a talk", KOREAN, HEBREW, ARABIC):
        assert [unit.text for unit in units(text)] == text.split()


@given(
    st.text(st.sampled_from(f"{CHINESE}{KOREAN}{HEBREW}ab \u3002\u300c\n"), max_size=60),
    st.integers(120, 900),
)
def test_no_letter_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    block = fit(text, Face.BOLD, 60, (width, 100_000), 20)
    assert "".join("".join(block.lines).split()) == "".join(text.split())
    assert all(length(line, block.face, block.size) <= width for line in block.lines)


def test_a_long_chinese_title_wraps_at_its_full_size() -> None:
    block = fit(CHINESE * 3, Face.BOLD, 90, (800, 600), 20)
    assert block.size == 90
    assert len(block.lines) == 2


@given(st.text())
def test_runs_are_the_line(text: str) -> None:
    assert "".join(piece for piece, _script in runs(text)) == text


def test_a_mixed_line_is_set_in_two_types() -> None:
    assert runs(f"{CHINESE} film") == [(CHINESE, Script.HAN), (" film", Script.WESTERN)]


@pytest.mark.parametrize(
    ("text", "right"), [(HEBREW, True), (f"12 {ARABIC} film", True), (f"film {HEBREW}", False), ("12", False)]
)
def test_the_first_letter_says_which_way_a_line_runs(text: str, *, right: bool) -> None:
    assert rightward(text) is right


@pytest.mark.parametrize("text", [HEBREW, ARABIC])
def test_a_title_read_from_the_right_stands_at_the_right(text: str) -> None:
    ink = drawn(text).convert("L").point(lambda level: 255 if level > 200 else 0).getbbox()
    latin = drawn("A title").convert("L").point(lambda level: 255 if level > 200 else 0).getbbox()
    assert ink is not None
    assert latin is not None
    assert abs((SIZE[0] - ink[2]) - latin[0]) <= 12


def test_panels_have_the_same_letters() -> None:
    (panel,) = panels((Overlay("who", OverlayKind.LOWER_THIRD, JAPANESE),), SIZE)
    (box,) = panels((Overlay("who", OverlayKind.LOWER_THIRD, BOX * len(JAPANESE)),), SIZE)
    assert panel.image.tobytes() != box.image.tobytes()
