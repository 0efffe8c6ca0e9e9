"""A clip is found again after what people do to films; a different one is never taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from appliance.capture.provenance.looks_av import looks_of
from appliance.capture.provenance.perceptual import HEIGHT, WIDTH, Grey, bits_of, dhash, distances, phash
from appliance.capture.provenance.search import EACH_MS, STEP_MS, find
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId
from appliance.model.fingerprint import Fingerprint, View
from lab.scenes import ALTERED, SCENES, SHORT, altered, film


def registered(name: str, path: Path) -> Fingerprint:
    return Fingerprint(
        BoxId("box"), EventId("friday"), ClipId(name), "landscape", looks_of(path, EACH_MS, tuple(View))
    )


def measured(scenes: tuple[int | str, ...], folder: Path) -> tuple[float, list[tuple[str, str, str]]]:
    films = {str(at): film(scene, folder / f"{at}.mp4") for at, scene in enumerate(scenes)}
    registry = [registered(name, path) for name, path in films.items()]
    hits, lost, false = 0, [], []
    for name, path in films.items():
        for how, arguments in ALTERED.items():
            copy = altered(path, arguments, folder / "copy.mp4")
            found = [str(match.fingerprint.clip) for match in find(looks_of(copy, STEP_MS), registry)]
            hits += name in found
            lost += [] if name in found else [(name, how)]
            false += [(name, how, other) for other in found if other != name]
    print(f"recall {hits / len(films) / len(ALTERED):.3f}, lost {lost}, false {false}")  # noqa: T201 figures
    return hits / len(films) / len(ALTERED), false


def test_a_copy_is_found_and_no_other_film_is(tmp_path: Path) -> None:
    assert measured(SHORT, tmp_path) == (1.0, [])


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_hundred_and_twenty_pairs_of_different_films(tmp_path: Path) -> None:
    recall, false = measured(SCENES, tmp_path)
    assert recall >= 0.98
    assert false == []


def test_a_piece_of_a_clip_inside_another_film_is_found_and_where(tmp_path: Path) -> None:
    whole = film(SCENES[3], tmp_path / "whole.mp4", 6)
    piece = altered(whole, ("-ss", "2.4", "-t", "3"), tmp_path / "piece.mp4")
    (match,) = find(looks_of(piece, STEP_MS), [registered("whole", whole)])
    assert match.from_ms == pytest.approx(2400, abs=STEP_MS)
    assert match.share >= 0.5
    assert match.bits <= 70


def test_black_is_nobodys(tmp_path: Path) -> None:
    black = film("color=black:s=320x180:r=5", tmp_path / "black.mp4", 2)
    white = film("color=white:s=320x180:r=5", tmp_path / "white.mp4", 2)
    assert looks_of(black, STEP_MS) == ()
    assert find(looks_of(white, STEP_MS), [registered("black", black)]) == []


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"no film at all"])
def test_what_is_no_film_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.mp4").write_bytes(content)
    with pytest.raises(MatineeError) as refused:
        looks_of(tmp_path / "no.mp4", STEP_MS)
    assert refused.value.key == "provenance.no_film"


@given(grey=arrays(np.uint8, (HEIGHT, WIDTH), elements=st.integers(0, 120)), more=st.integers(0, 100))
def test_a_brighter_picture_has_the_same_dhash_and_almost_the_same_phash(grey: Grey, more: int) -> None:
    brighter = (grey + more).astype(np.uint8)
    assert dhash(brighter) == dhash(grey)
    far = distances(bits_of([phash(grey)]), bits_of([phash(brighter)]))
    assert int(far[0, 0]) <= 16 or np.ptp(grey) < 8


@given(these=st.lists(st.binary(min_size=8, max_size=8), min_size=1, max_size=5))
def test_distances_count_differing_bits(these: list[bytes]) -> None:
    far = distances(bits_of(these), bits_of(these))
    for row, one in enumerate(these):
        for column, other in enumerate(these):
            assert far[row, column] == (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
