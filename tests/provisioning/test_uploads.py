"""Uploads: what came stays, over restarts and torn lines, and nothing else becomes of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from cache.room import Room
from provisioning.uploads import KEPT, Uploads, clean_name

FILM = bytes(range(256)) * 40


@pytest.fixture
def uploads(tmp_path: Path, clock: HeldClock) -> Uploads:
    return Uploads(tmp_path / "uploads", clock)


def torn(content: bytes) -> Iterator[bytes]:
    """A line that breaks behind ``content``."""
    yield content
    raise ConnectionResetError


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4000), st.booleans(), st.booleans())))
def test_whatever_breaks_the_bytes_are_the_films(cuts: list[tuple[int, bool, bool]]) -> None:
    clock = RealClock()
    with tempfile.TemporaryDirectory() as folder:
        uploads = Uploads(Path(folder), clock)
        upload = uploads.begin("film.mp4", len(FILM))
        for length, breaks, restarts in (*cuts, (len(FILM), False, False)):
            at = uploads.find(upload.id).done_bytes
            piece = FILM[at : at + length]
            if breaks:
                with pytest.raises(ConnectionResetError):
                    uploads.append(upload.id, at, torn(piece))
            else:
                uploads.append(upload.id, at, [piece])
            if restarts:
                uploads = Uploads(Path(folder), clock)
        assert uploads.find(upload.id).is_whole
        assert uploads.path(upload.id).read_bytes() == FILM


def test_a_piece_for_another_place_is_refused_with_the_place_to_go_on_from(uploads: Uploads) -> None:
    upload = uploads.begin("film.mp4", 100)
    uploads.append(upload.id, 0, [b"x" * 10])
    for offset in (0, 9, 11):
        with pytest.raises(MatineeError, match="10 bytes"):
            uploads.append(upload.id, offset, [b"y"])


def test_who_comes_for_another_place_does_not_stop_whoever_sends(uploads: Uploads) -> None:
    upload = uploads.begin("film.mp4", 10)

    def disturbed() -> Iterator[bytes]:
        yield b"123"
        with pytest.raises(MatineeError, match="3 bytes"):
            uploads.append(upload.id, 0, [b"1"])
        yield b"4567890"

    assert uploads.append(upload.id, 0, disturbed()).is_whole


def test_more_than_was_said_is_refused_and_what_fits_stays(uploads: Uploads) -> None:
    upload = uploads.begin("film.mp4", 10)
    with pytest.raises(MatineeError) as caught:
        uploads.append(upload.id, 0, [b"12345", b"678901"])
    assert caught.value.key == "upload.too_much"
    assert uploads.find(upload.id).done_bytes == 5


def test_who_comes_back_takes_over_from_a_connection_that_hangs(uploads: Uploads) -> None:
    upload = uploads.begin("film.mp4", 10)

    def hanging() -> Iterator[bytes]:
        yield b"123"
        uploads.append(upload.id, 3, [b"4567"])
        yield b"late"

    with pytest.raises(MatineeError) as caught:
        uploads.append(upload.id, 0, hanging())
    assert caught.value.key == "upload.elsewhere"
    assert uploads.path(upload.id).read_bytes() == b"1234567"


def test_no_room_is_said_before_the_first_byte(tmp_path: Path, clock: HeldClock) -> None:
    uploads = Uploads(tmp_path, clock, Room(tmp_path, 0, lambda _: 1_000_000))
    uploads.begin("small.mp4", 500_000)
    with pytest.raises(MatineeError) as caught:
        uploads.begin("film.mp4", 500_001)
    assert caught.value.key == "media.no_room"
    assert len(uploads.all()) == 1


def test_what_nobody_went_on_with_for_days_is_removed(tmp_path: Path, clock: HeldClock) -> None:
    uploads = Uploads(tmp_path, clock)
    old, young = uploads.begin("old.mp4", 10), uploads.begin("young.mp4", 10)
    stray = tmp_path / "stray.part"
    stray.touch()
    for upload, age in ((old, KEPT + timedelta(hours=1)), (young, KEPT - timedelta(hours=1))):
        moment = (clock.now() - age).timestamp()
        os.utime(uploads.path(upload.id), (moment, moment))
    assert [found.name for found in Uploads(tmp_path, clock).all()] == ["young.mp4"]
    assert not stray.exists()


@pytest.mark.parametrize("name", ["../x", "", "a/b", "x.part", "é"])
def test_an_id_never_becomes_a_path(uploads: Uploads, name: str) -> None:
    for ask in (uploads.find, uploads.drop):
        with pytest.raises(MatineeError) as caught:
            ask(name)
        assert caught.value.key == "upload.unknown"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("tide.mp4", "tide.mp4"),
        ("C:\\films\\tide.mp4", "tide.mp4"),
        ("../../etc/passwd", "passwd"),
        ("..", "film"),
        ("a\x00b\n.mp4", "ab.mp4"),
        ("ü" * 300 + ".mp4", "ü" * 196 + ".mp4"),
    ],
)
def test_names_are_file_names(said: str, kept: str) -> None:
    assert clean_name(said) == kept
