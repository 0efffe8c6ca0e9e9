from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.capture.looking.faces import NoFaces
from appliance.capture.looking.looker import Looker
from appliance.capture.looking.sight import Picture, exposure, grey, motion, sharpness

_PICTURES = arrays.arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3)))


def _board(shift: int = 0) -> Picture:
    rows, columns = np.indices((120, 160))
    return np.repeat((((rows + shift) // 10 + columns // 10) % 2 * 150 + 50)[..., None], 3, axis=2).astype(
        np.uint8
    )


def _blurred(picture: Picture) -> Picture:
    soft = picture.astype(float)
    for _ in range(12):
        soft = (
            soft + np.roll(soft, 1, 0) + np.roll(soft, -1, 0) + np.roll(soft, 1, 1) + np.roll(soft, -1, 1)
        ) / 5
    return soft.astype(np.uint8)


def test_a_picture_that_stands_still_does_not_move() -> None:
    looker = Looker(NoFaces())
    looker.see(_board(), 0.0)
    assert looker.see(_board(), 0.5).motion == 0


def test_what_moves_is_seen() -> None:
    looker = Looker(NoFaces())
    looker.see(_board(), 0.0)
    assert looker.see(_board(5), 0.5).motion > 0.3


def test_a_lamp_that_goes_on_is_no_motion() -> None:
    dark = grey(_board())
    assert motion(dark, dark + np.float32(0.2)) == 0


def test_grain_is_no_motion() -> None:
    rng = np.random.default_rng(1)
    still = grey(_board())
    assert motion(still + rng.normal(0, 0.005, still.shape).astype(np.float32), still) < 0.01


def test_a_blur_is_less_sharp() -> None:
    assert sharpness(grey(_blurred(_board()))) < 0.5 * sharpness(grey(_board()))


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_burnt_out_are_badly_exposed(level: int) -> None:
    assert exposure(grey(np.full((9, 9, 3), level, np.uint8))) == 0


def test_the_first_picture_and_another_size_do_not_move() -> None:
    looker = Looker(NoFaces())
    assert looker.see(_board(), 0.0).motion == 0
    assert looker.see(_board()[:50], 0.5).motion == 0
    looker.end()
    assert looker.see(_board(5)[:50], 1.0).motion == 0


@settings(deadline=None)
@given(_PICTURES, _PICTURES)
def test_all_measures_are_shares(one: Picture, other: Picture) -> None:
    looker = Looker(NoFaces())
    looker.see(one, 0.0)
    sight = looker.see(other, 0.5)
    for share in (sight.motion, sight.sharpness, sight.exposure, sight.quality):
        assert 0 <= share <= 1
