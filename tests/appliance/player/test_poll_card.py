"""Bars of a question to the room, judged by their pixels."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from appliance.model.picture import Card
from appliance.model.poll import Bar
from appliance.model.programme import CardLayout
from appliance.player import poll_card
from appliance.player.cards import ACCENT, compose
from appliance.player.typesetting import Face, font

SIZES = [(1280, 720), (1024, 768), (800, 600), (1920, 1080)]
GOLD = tuple(bytes.fromhex(ACCENT[1:]))


def asked(
    *bars: Bar, question: str = "What shall we show next?", qr: str | None = None, note: str = ""
) -> Card:
    return Card("poll", CardLayout.LIVE, question, qr=qr, bars=bars, note=note)


def widths(picture: Image.Image) -> list[int]:
    """Of the solid gold bars, from above: as thick as a bar, and wider than any letter."""
    mask = picture.convert("RGB").tobytes()
    gold, found = bytes(GOLD), Counter[int]()
    for y in range(picture.height):
        line = mask[3 * y * picture.width : 3 * (y + 1) * picture.width]
        pixels = "".join("x" if line[at : at + 3] == gold else " " for at in range(0, len(line), 3))
        found[max((len(run) for run in pixels.split()), default=0)] += 1
    thick = picture.height * 0.015
    return [wide for wide, lines in found.items() if wide > picture.width / 10 and lines >= thick]


@pytest.mark.parametrize("size", SIZES)
def test_bars_are_as_long_as_their_counts_say(size: tuple[int, int]) -> None:
    found = widths(compose(asked(Bar("Nosferatu", 30), Bar("Metropolis", 60), Bar("M", 0)), size))
    assert len(found) == 2, "nobody chose M"
    assert found[0] == pytest.approx(found[1] / 2, abs=2)


def test_before_anybody_answered_there_is_no_bar_at_all() -> None:
    assert widths(compose(asked(Bar("Yes"), Bar("No")), (1280, 720))) == []


words = st.text("abcdefghij klmnop وصلحب 電影", min_size=1, max_size=80)


@settings(max_examples=40, deadline=None)
@given(
    words,
    st.lists(st.builds(Bar, words, st.integers(0, 5000)), min_size=2, max_size=6),
    st.sampled_from(SIZES),
)
def test_nothing_leaves_the_margin(question: str, bars: list[Bar], size: tuple[int, int]) -> None:
    picture = compose(asked(*bars, question=question, qr="http://192.168.4.1"), size)
    margin = round(size[1] * 0.08)
    ground = picture.getpixel((0, 0))
    for box in ((0, 0, size[0], margin), (0, size[1] - margin, *size), (0, 0, margin, size[1])):
        assert [colour for _, colour in picture.crop(box).getcolors() or ()] == [ground]


@pytest.mark.parametrize("size", SIZES)
def test_six_long_answers_below_a_long_question_and_a_notice_are_all_read(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No letter is where a bar is, and each answer is whole."""
    placed: list[tuple[float, float, str]] = []

    def noted(
        _pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, face: Face, px: int, _c: str
    ) -> None:
        placed.append((at[1], font(face, px).getbbox(text)[3], text))

    monkeypatch.setattr(poll_card, "write", noted)
    answers = [
        Bar(f"{number} answers that are forty letters long"[:40], 7 * number) for number in range(1, 7)
    ]
    question = (
        "What shall we show at the next evening, on which day of the week, and at what time shall it begin?"
    )
    picture = compose(
        asked(*answers, question=question, qr="http://192.168.4.1", note="A camera is on."), size
    )
    for top, high, _ in placed:
        box = (size[1] // 6, round(top), size[0] // 2, round(top + high))
        assert GOLD not in {colour for _, colour in picture.crop(box).getcolors() or ()}
    said = " ".join(text for _, _, text in placed)
    assert all(bar.label in said for bar in answers)
