from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from appliance.errors import MatineeError
from appliance.model.picture import Card
from appliance.model.programme import CardLayout
from appliance.player.cards import GROUND, clock_text, compose
from appliance.player.countdown import begin, follow
from appliance.player.remarks import Remarks
from appliance.player.typesetting import Face, fit, font

SIZES = [(1280, 720), (1920, 1080), (1024, 768), (720, 1280)]
words = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["C"]), max_size=160)


def drawn_box(picture: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(picture, Image.new("RGB", picture.size, GROUND)).getbbox()


@settings(max_examples=60, deadline=None)
@given(
    layout=st.sampled_from(CardLayout),
    size=st.sampled_from(SIZES),
    title=words,
    lines=st.lists(words, max_size=5),
    note=words,
    qr=st.sampled_from([None, "http://192.168.4.1/", "https://matinee.example/p/" + "x" * 120]),
)
def test_nothing_ever_overflows_the_margin(
    layout: CardLayout, size: tuple[int, int], title: str, lines: list[str], note: str, qr: str | None
) -> None:
    card = Card("t", layout, title, tuple(lines), qr, 3_600_000, note=note)
    box = drawn_box(compose(card, size, 3_599_000))
    if box is not None:
        air = size[1] // 25
        assert box[0] >= air
        assert box[1] >= air
        assert box[2] <= size[0] - air
        assert box[3] <= size[1] - air


@given(words, st.integers(200, 1500), st.integers(60, 600))
@settings(max_examples=60, deadline=None)
def test_fitted_text_is_inside_its_box(text: str, width: int, height: int) -> None:
    block = fit(text, Face.BOLD, 80, (width, height), 16)
    letters = font(block.face, block.size)
    assert all(letters.getlength(line) <= width + 1 for line in block.lines)
    assert block.height <= max(height, block.leading)


def test_all_words_are_kept_when_there_is_room() -> None:
    block = fit("The Lighthouse Keeper's Very Long Summer", Face.BOLD, 90, (800, 500), 20)
    assert " ".join(block.lines) == "The Lighthouse Keeper's Very Long Summer"


def test_the_code_can_be_told_from_the_ground_and_is_large() -> None:
    plain = compose(Card("t", CardLayout.IDLE, "Hello"), (1280, 720))
    coded = compose(Card("t", CardLayout.IDLE, "Hello", qr="http://192.168.4.1/"), (1280, 720))
    box = ImageChops.difference(plain, coded).crop((640, 0, 1280, 720)).getbbox()
    assert box is not None
    assert box[3] - box[1] > 260


def test_the_camera_notice_is_seen() -> None:
    card = Card("t", CardLayout.LIVE, "Questions", ("Ines Okafor",))
    noted = Card("t", CardLayout.LIVE, "Questions", ("Ines Okafor",), note="The camera is on.")
    without, with_note = compose(card, (1280, 720)), compose(noted, (1280, 720))
    box = ImageChops.difference(without, with_note).crop((0, 500, 1280, 720)).getbbox()
    assert box is not None
    assert box[2] - box[0] > 300


def test_missing_fonts_name_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageFont.truetype", _no_font)
    font.cache_clear()
    with pytest.raises(MatineeError, match="fonts-dejavu-core"):
        font(Face.PLAIN, 12)


def _no_font(*_arguments: object) -> None:
    raise OSError


@pytest.mark.parametrize(
    ("remaining_ms", "text"),
    [
        (0, "00:00"),
        (-5, "00:00"),
        (1, "00:01"),
        (59_001, "01:00"),
        (754_000, "12:34"),
        (3_600_000, "1:00:00"),
    ],
)
def test_a_begun_second_counts(remaining_ms: int, text: str) -> None:
    assert clock_text(remaining_ms) == text


@given(st.integers(0, 10**7), st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=8))
def test_a_countdown_never_grows_and_stands_while_paused(
    remaining_ms: int, steps: list[tuple[float, bool]]
) -> None:
    card = Card("t", CardLayout.COUNTDOWN, "Soon", remaining_ms=remaining_ms)
    now, running_s = 50.0, 0.0
    countdown = begin(card, now)
    for seconds, paused in steps:
        told = Card("t", CardLayout.COUNTDOWN, "Soon", remaining_ms=remaining_ms, paused=paused)
        countdown, card = follow(countdown, card, told, now), told
        now += seconds
        running_s += 0.0 if paused else seconds
    assert countdown is not None
    assert countdown.left_ms(now) == pytest.approx(
        max(0, remaining_ms - running_s * 1000), abs=len(steps) + 1
    )


def drawn(folder: Path, size: tuple[int, int] = (1600, 900)) -> str:
    path = folder / "poster.svg.png"
    Image.new("RGB", size, "#204060").save(path)
    return str(path)


def test_a_picture_is_shown_whole_instead_of_the_words(tmp_path: Path) -> None:
    card = Card("t", CardLayout.TITLE, "Words", picture=drawn(tmp_path, (900, 900)))
    shown = compose(card, (1280, 720))
    assert shown.getpixel((640, 360)) == (0x20, 0x40, 0x60)
    assert shown.crop((0, 0, 270, 720)).getcolors() == [(270 * 720, (0x12, 0x10, 0x0E))]
    assert shown.crop((300, 0, 980, 720)).getcolors() == [(680 * 720, (0x20, 0x40, 0x60))]


def test_time_code_and_notice_lie_over_a_picture(tmp_path: Path) -> None:
    card = Card("t", CardLayout.INTERMISSION, "Words", picture=drawn(tmp_path))
    full = Card(
        "t", CardLayout.INTERMISSION, "Words", picture=drawn(tmp_path), qr="http://x/", note="Filmed."
    )
    plain, counted = compose(card, (1280, 720)), compose(full, (1280, 720), 65_000)
    changed = ImageChops.difference(plain, counted)
    for place in ((60, 480, 300, 640), (1000, 400, 1280, 560), (60, 640, 400, 700)):
        assert changed.crop(place).getbbox() is not None
    assert changed.crop((400, 60, 700, 400)).getbbox() is None
    later = compose(full, (1280, 720), 64_000)
    assert ImageChops.difference(counted, later).getbbox() is not None


@pytest.mark.parametrize("content", [None, b"", b"\x89PNG\r\n\x1a\n torn"])
def test_a_picture_that_can_not_be_read_leaves_the_words_and_is_named(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "poster.png"
    if content is not None:
        path.write_bytes(content)
    words = Card("t", CardLayout.TITLE, "Words")
    card = Card("t", CardLayout.TITLE, "Words", picture=str(path))
    assert compose(card, (640, 360)).tobytes() == compose(words, (640, 360)).tobytes()
    remarks = Remarks()
    remarks.look_at(words)
    assert remarks.all() == ()
    remarks.look_at(card)
    (said,) = remarks.all()
    assert "picture can not be read" in said.reason
