from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from cache.boards import TABLE, Board, board_of, named, this_board

CODECS = {"h264", "hevc", "vp9", "av1", "mpeg2video", "mpeg4", "prores", "mjpeg"}


@pytest.mark.parametrize(
    ("model", "board"),
    [
        ("Raspberry Pi 3 Model B Rev 1.2\0", Board.PI_3),
        ("Raspberry Pi 3 Model A Plus Rev 1.0\0", Board.PI_3),
        ("Raspberry Pi 4 Model B Rev 1.4\0", Board.PI_4),
        ("Raspberry Pi 400 Rev 1.0\0", Board.PI_400),
        ("Raspberry Pi Compute Module 4 Rev 1.0\0", Board.CM4),
        ("Raspberry Pi 5 Model B Rev 1.0\0", Board.PI_5),
        ("Raspberry Pi 500 Rev 1.0\0", Board.PI_5),
        ("Raspberry Pi Compute Module 5 Rev 1.0\0", Board.PI_5),
        ("Raspberry Pi Zero 2 W Rev 1.0\0", Board.ZERO_2_W),
        ("Some Other Board\0", Board.PI_4),
        ("", Board.PI_4),
    ],
)
def test_a_board_is_known_by_what_its_firmware_says(model: str, board: Board) -> None:
    assert board_of(model, "aarch64") is board


def test_without_a_device_tree_the_processor_decides(tmp_path: Path) -> None:
    assert board_of("", "x86_64") is Board.PC
    assert this_board(tmp_path / "missing") in {Board.PC, Board.PI_4}


def test_the_model_is_read_from_where_linux_shows_it(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
    assert this_board(model) is Board.PI_5


def test_every_board_is_in_the_table_with_the_codecs_people_bring() -> None:
    assert set(TABLE) == set(Board)
    for able in TABLE.values():
        assert set(able.codecs) >= CODECS
        assert all(0 < ability.easy <= ability.hardly for ability in able.codecs.values())


def test_a_newer_pi_never_decodes_less() -> None:
    rising = [Board.ZERO_2_W, Board.PI_3, Board.PI_4, Board.PI_5, Board.PC]
    for older, newer in pairwise(rising):
        for codec in CODECS:
            assert TABLE[older].codecs[codec].easy <= TABLE[newer].codecs[codec].easy
            assert TABLE[older].codecs[codec].hardly <= TABLE[newer].codecs[codec].hardly


def test_a_board_is_named_as_people_type_it() -> None:
    assert named("Pi4") is Board.PI_4
    with pytest.raises(MatineeError, match="pi3, pi4"):
        named("amiga")
