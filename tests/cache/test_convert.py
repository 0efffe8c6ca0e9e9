from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from cache.boards import Board
from cache.convert import default_name, plan
from cache.probe import FilmFacts, Transfer

FILM = FilmFacts(60_000, "h264", 1920, 1080, 24.0, "aac", pixel_format="yuv420p")


@pytest.mark.parametrize(
    ("board", "size"),
    [
        (Board.PI_4, (1920, 1080)),
        (Board.PI_3, (1280, 720)),
        (Board.ZERO_2_W, (1024, 576)),
        (Board.PC, (1920, 1080)),
    ],
)
def test_a_film_is_made_no_smaller_than_the_board_needs(board: Board, size: tuple[int, int]) -> None:
    planned = plan(replace(FILM, fps=25.0), board)
    expected = (1280, 720) if board is Board.ZERO_2_W else size
    assert (planned.width, planned.height) == expected


def test_fast_pictures_are_halved_not_slowed() -> None:
    assert plan(replace(FILM, fps=59.94), Board.PI_4).fps == pytest.approx(29.97)
    assert plan(replace(FILM, fps=120.0), Board.PI_4).fps == 30.0
    assert plan(FILM, Board.PI_4).fps == 24.0


def test_a_film_on_its_side_stands_up() -> None:
    planned = plan(replace(FILM, rotation_degrees=90), Board.PC)
    assert (planned.width, planned.height) == (1080, 1920)


def test_wide_pixels_become_square() -> None:
    planned = plan(replace(FILM, width=720, height=576, sample_aspect=64 / 45), Board.PC)
    assert (planned.width, planned.height) == (1024, 576)


def test_the_line_can_be_pasted_into_a_shell() -> None:
    planned = plan(replace(FILM, transfer=Transfer.PQ, interlaced=True), Board.PI_4)
    words = shlex.split(planned.line("My film (1).mov", default_name("My film (1).mov", Board.PI_4)))
    assert words[:3] == ["ffmpeg", "-i", "My film (1).mov"]
    assert words[-1] == "My film (1).pi4.mp4"
    filters = words[words.index("-vf") + 1]
    assert filters.index("bwdif") < filters.index("tonemap") < filters.index("scale=1920:1080")


def test_a_silent_film_stays_silent() -> None:
    assert "aac" not in plan(replace(FILM, audio_codec=""), Board.PI_4).arguments
