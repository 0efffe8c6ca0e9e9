"""What each board decodes: a pure table, and which board this is.

The box decodes in software (Debian's kernel and VLC), so an ability is a codec up to so many pixels a second.
Figures are set low on purpose: they hold on a warm board that also serves the portal. Between `easy` and
`hardly` the answer is "with care", and a decode trial on the board itself settles it.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.errors import MatineeError


class Board(StrEnum):
    """The computers Matinee runs on."""

    PI_3 = "pi3"
    PI_4 = "pi4"
    PI_400 = "pi400"
    PI_5 = "pi5"
    CM4 = "cm4"
    ZERO_2_W = "zero2w"
    PC = "pc"


@dataclass(frozen=True, slots=True)
class Ability:
    """How much of one codec a board decodes, in pixels a second."""

    easy: float
    """Plays, with something left for everything else."""
    hardly: float
    """More than this will not play."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one board shows."""

    words: str
    """What people call it."""
    codecs: Mapping[str, Ability]
    """A codec that is missing here will not play."""
    most_width: int
    most_height: int
    easy_kbps: int
    """Above this the bits themselves, not the pixels, are the work."""


_HD, _FULL_HD, _ULTRA_HD = 1280 * 720, 1920 * 1080, 3840 * 2160


def _codecs(h264: Ability, scale: Mapping[str, float]) -> dict[str, Ability]:
    """Other codecs cost so many times what H.264 does, in software."""
    known = {name: Ability(h264.easy / cost, h264.hardly / cost) for name, cost in scale.items()}
    return {"h264": h264, **known}


_SOFTWARE = {
    "mpeg4": 0.8,
    "mpeg2video": 0.6,
    "mpeg1video": 0.5,
    "mjpeg": 1.2,
    "vp8": 1.0,
    "vp9": 1.3,
    "hevc": 1.8,
    "av1": 2.2,
    "prores": 2.0,
    "dnxhd": 1.5,
    "vc1": 1.3,
    "wmv3": 1.2,
    "theora": 0.9,
    "h263": 0.5,
    "flv1": 0.5,
    "msmpeg4v3": 0.8,
}
"""Work for a picture, H.264 being 1: from FFmpeg's decoders on one thread for each core."""

_PI_4 = _codecs(Ability(_FULL_HD * 25, _FULL_HD * 40), _SOFTWARE)

TABLE: Mapping[Board, Abilities] = {
    Board.ZERO_2_W: Abilities(
        "a Pi Zero 2 W", _codecs(Ability(_HD * 25, _HD * 31), _SOFTWARE), 1920, 1088, 6_000
    ),
    Board.PI_3: Abilities("a Pi 3", _codecs(Ability(_HD * 31, _FULL_HD * 25), _SOFTWARE), 1920, 1088, 8_000),
    Board.PI_4: Abilities("a Pi 4", _PI_4, 2048, 1152, 20_000),
    Board.PI_400: Abilities("a Pi 400", _PI_4, 2048, 1152, 20_000),
    Board.CM4: Abilities("a Compute Module 4", _PI_4, 2048, 1152, 20_000),
    Board.PI_5: Abilities(
        "a Pi 5", _codecs(Ability(_FULL_HD * 61, _ULTRA_HD * 25), _SOFTWARE), 4096, 2304, 50_000
    ),
    Board.PC: Abilities(
        "this PC", _codecs(Ability(_FULL_HD * 61, _ULTRA_HD * 61), _SOFTWARE), 8192, 4608, 100_000
    ),
}

_MODELS = (
    ("raspberry pi zero 2", Board.ZERO_2_W),
    ("raspberry pi compute module 4", Board.CM4),
    ("raspberry pi 400", Board.PI_400),
    ("raspberry pi 5", Board.PI_5),
    ("raspberry pi 4", Board.PI_4),
    ("raspberry pi 3", Board.PI_3),
    ("raspberry pi compute module 5", Board.PI_5),
    ("raspberry pi compute module 3", Board.PI_3),
    ("raspberry pi 500", Board.PI_5),
)
"""Beginnings of the device tree's model line, as the firmware writes it."""

MODEL = Path("/proc/device-tree/model")


def board_of(model: str, machine: str) -> Board:
    """The board by its model line, else by its processor: an unknown ARM board is taken for a Pi 4."""
    told = model.strip("\0 \n").lower()
    for beginning, board in _MODELS:
        if told.startswith(beginning):
            return board
    return Board.PI_4 if machine.lower().startswith(("arm", "aarch64")) else Board.PC


def this_board(model: Path = MODEL) -> Board:
    """The board this process runs on."""
    try:
        told = model.read_text("utf-8", "replace")
    except OSError:
        told = ""
    return board_of(told, platform.machine())


def named(board: str) -> Board:
    """The board that is called so; ``media.unknown_board``."""
    try:
        return Board(board.lower())
    except ValueError:
        raise MatineeError("media.unknown_board", board=board, boards=", ".join(Board)) from None
