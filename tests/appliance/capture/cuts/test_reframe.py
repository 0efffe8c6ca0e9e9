"""The window of a narrow cut follows what matters, slowly, and never leaves the picture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.cuts.reframe import Focus, path
from appliance.capture.cuts.shape import PORTRAIT, SQUARE, shapes, window

WIDTH, WINDOW, RATE = 1280, 404, 30.0
found = st.lists(
    st.builds(Focus, at_s=st.floats(0, 12, allow_nan=False), x=st.floats(0, 1, allow_nan=False)), max_size=14
)


@given(found, st.floats(0.1, 12))
def test_it_stays_inside_and_goes_no_faster_than_it_may(seen: list[Focus], seconds: float) -> None:
    edges = path(seen, WIDTH, WINDOW, RATE, seconds)
    assert len(edges) == max(1, round(seconds * RATE))
    assert all(0 <= edge <= WIDTH - WINDOW and edge % 2 == 0 for edge in edges)
    assert all(abs(after - before) <= 0.25 * WIDTH / RATE + 3 for before, after in pairwise(edges))


def test_nothing_seen_is_the_middle() -> None:
    assert set(path([], WIDTH, WINDOW, RATE, 2)) == {438}


def test_one_wrong_finding_moves_nothing() -> None:
    seen = [Focus(float(second), 0.3) for second in range(10)]
    seen[4] = Focus(4.0, 0.95)
    assert len(set(path(seen, WIDTH, WINDOW, RATE, 10))) == 1


def test_what_trembles_is_not_followed_and_what_walks_is() -> None:
    trembling = [Focus(float(second), 0.5 + 0.05 * (second % 2)) for second in range(10)]
    assert len(set(path(trembling, WIDTH, WINDOW, RATE, 10))) == 1
    walking = [Focus(float(second), 0.2 + 0.06 * second) for second in range(10)]
    edges = path(walking, WIDTH, WINDOW, RATE, 10)
    assert edges[0] < edges[-1]
    assert abs(edges[-1] + WINDOW / 2 - 0.74 * WIDTH) < 0.2 * WIDTH


@pytest.mark.parametrize("board", ["", "Raspberry Pi 4 Model B Rev 1.5", "Raspberry Pi 5 Model B Rev 1.0"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 360), (720, 1280), (641, 361), (100, 1000)])
def test_every_picture_has_a_window_of_the_right_form(board: str, width: int, height: int) -> None:
    for shape in shapes(board).values():
        part = window(width, height, shape)
        assert 2 <= part.width <= width
        assert 2 <= part.height <= height
        assert part.width % 2 == part.height % 2 == 0
        if min(width, height) > 300:
            assert part.width / part.height == pytest.approx(shape.width / shape.height, rel=0.02)


def test_a_pi_4_encodes_less() -> None:
    assert shapes("Raspberry Pi 4 Model B Rev 1.5")[PORTRAIT].height == 1280
    assert shapes("Raspberry Pi 5 Model B Rev 1.0")[PORTRAIT].height == 1920
    assert shapes("")[SQUARE].width == 1080
