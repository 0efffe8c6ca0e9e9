from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.looking import faces_cv
from appliance.capture.looking.faces import SURE, NoFaces, boxes, overlap, suppressed
from appliance.capture.looking.faces_cv import BlazeFace, find_model
from appliance.capture.looking.looker import open_faces
from appliance.capture.looking.sight import Box
from appliance.errors import MatineeError

_SHARES = st.floats(0.01, 1, allow_nan=False)
_BOXES = st.builds(Box, _SHARES, _SHARES, _SHARES, _SHARES, st.floats(SURE, 1))


def _rows(*faces: tuple[int, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The network's answer: (place of 2304, width and height in its pixels) for each face."""
    regressors, scores = np.zeros((1, 2304, 16), np.float32), np.full((1, 2304, 1), -50, np.float32)
    for place, width, height in faces:
        regressors[0, place, 2:4] = width, height
        scores[0, place] = 4
    return regressors, scores


def test_a_row_is_where_its_field_is() -> None:
    (face,) = boxes(*_rows((24 * 48 + 12, 19.2, 38.4)), (192, 192))
    assert (face.x + face.width / 2, face.y + face.height / 2) == pytest.approx((12.5 / 48, 24.5 / 48))
    assert (face.width, face.height) == pytest.approx((0.1, 0.2))


def test_the_margins_of_a_wide_picture_are_taken_off() -> None:
    (face,) = boxes(*_rows((24 * 48 + 24, 19.2, 19.2)), (90, 160))
    assert face.y + face.height / 2 == pytest.approx(((24.5 / 48) - 35 / 160) * 160 / 90)
    assert face.height == pytest.approx(0.1 * 160 / 90)
    assert face.width == pytest.approx(0.1)


def test_neighbours_that_mean_one_face_are_one() -> None:
    assert len(boxes(*_rows((1000, 40, 40), (1001, 40, 40), (200, 40, 40)), (192, 192))) == 2


@settings(deadline=None)
@given(st.lists(_BOXES, max_size=10))
def test_what_stays_does_not_overlap_much_and_the_surest_stays(found: list[Box]) -> None:
    kept = suppressed(found)
    assert {*kept} <= {*found}
    assert (max((one.score for one in found), default=0)) == max((one.score for one in kept), default=0)
    for place, one in enumerate(kept):
        assert all(overlap(one, other) <= 0.3 for other in kept[place + 1 :])


@settings(deadline=None)
@given(_BOXES, _BOXES)
def test_overlap_is_a_share_and_the_same_both_ways(one: Box, other: Box) -> None:
    assert 0 <= overlap(one, other) <= 1 + 1e-9
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert overlap(one, one) == pytest.approx(1)


def test_noise_and_one_colour_have_no_face() -> None:
    finder = open_faces()
    assert isinstance(finder, BlazeFace)
    rng = np.random.default_rng(1)
    assert finder.find(rng.integers(0, 255, (360, 640, 3), np.uint8)) == ()
    assert finder.find(np.full((360, 640, 3), 90, np.uint8)) == ()
    assert finder.find(np.zeros((0, 0, 3), np.uint8)) == ()


def test_without_the_model_none_are_found_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces_cv, "_MODEL", Path("data/not-there.tflite"))
    assert find_model() is None
    assert isinstance(open_faces(), NoFaces)


def test_a_model_that_is_none_is_refused(tmp_path: Path) -> None:
    spoilt = tmp_path / "face.tflite"
    spoilt.write_bytes(b"nothing")
    with pytest.raises(MatineeError, match="can not be read"):
        BlazeFace(spoilt)
