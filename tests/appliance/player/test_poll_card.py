"""Bars of a question to the room, judged by their pixels."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from appliance.model.picture import Card
from appliance.model.poll import Bar
from appliance.model.programme import CardLayout
from appliance.player.cards import ACCENT, compose

SIZES = [(1280, 720), (1024, 768), (800, 600), (1920, 1080)]
GOLD = tuple(bytes.fromhex(ACCENT[1:]))


def asked(*bars: Bar, question: str = "What shall we show next?", qr: str | None = None) -> Card:
    return Card("poll", CardLayout.LIVE, question, qr=qr, bars=bars)


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
