"""Brings a clip's sound to -14 LUFS (EBU R 128, as the platforms want it): measured, then gain and a limiter.

One pass of ``loudnorm`` misses by 3 LU on short clips. Here the gain goes through the limiter that will be
used, is measured again, and is corrected until it fits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from appliance.capture.cuts.nicest_ffmpeg import WAITED_FOR, run_ffmpeg
from appliance.capture.film_libraries import av

TARGET_LUFS = -14.0
_CLOSE_LU = 0.2
_NO_SOUND_LUFS = -70.0
_SILENT_LUFS = -55.0
"""What is as quiet as this is an empty room: it is not made loud."""
_MOST_GAIN_DB = 40.0
_CLOSE_ENOUGH_LU = 0.3
_ROUNDS = 8
_ROUNDS_ENCODED = 4
_FLATTEST = 0.15
_CEILING = 0.84
"""-1.5 dB: room for what AAC adds."""

_INTEGRATED = re.compile(r"I:\s+(-?[0-9.]+|-inf) LUFS")


@dataclass(frozen=True, slots=True)
class Level:
    """What is to be done to a sound, and what it is then."""

    gain_db: float
    lufs: float

    @property
    def filters(self) -> str:
        """For ffmpeg's ``-af``."""
        return f"volume={self.gain_db:.2f}dB,alimiter=limit={_CEILING}:level=disabled:attack=2:release=60"


def measure(film: Path, filters: str = "anull") -> float:
    """Integrated loudness of ``film`` behind ``filters`` in LUFS; -70 for silence, or without any sound."""
    with av.open(str(film)) as opened:
        if not opened.streams.audio:
            return _NO_SOUND_LUFS
    said = run_ffmpeg(
        ("-v", "info", "-nostats", "-i", str(film), "-vn", "-af", f"{filters},ebur128", "-f", "null", "-"),
        WAITED_FOR,
    )
    found = _INTEGRATED.findall(said)
    return float(found[-1]) if found and found[-1] != "-inf" else _NO_SOUND_LUFS


def find_level(film: Path) -> Level | None:
    """The gain that brings ``film`` to the target; None if it has no sound, or nothing but a quiet room."""
    lufs = measure(film)
    if lufs <= _SILENT_LUFS:
        return None
    gain_db, slope = min(_MOST_GAIN_DB, TARGET_LUFS - lufs), 1.0
    reached = measure(film, Level(gain_db, lufs).filters)
    for _ in range(_ROUNDS):
        if abs(TARGET_LUFS - reached) <= _CLOSE_LU or gain_db >= _MOST_GAIN_DB:
            break
        before_db, before = gain_db, reached
        gain_db = min(_MOST_GAIN_DB, gain_db + (TARGET_LUFS - reached) / slope)
        reached = measure(film, Level(gain_db, reached).filters)
        # the limiter takes back a part of each step: the next one is larger by that
        slope = min(1.0, max(_FLATTEST, (reached - before) / (gain_db - before_db)))
    return Level(gain_db, reached)


def level_in_place(film: Path) -> Level | None:
    """Bring the sound of ``film`` to the target; its picture is copied. None: it stays as it was.

    What was encoded is measured once more: AAC moves a sound that is all peaks by half a decibel.
    """
    level = find_level(film)
    if level is None:
        return None
    louder = film.with_name(f"{film.name}.levelled")
    try:
        for _ in range(_ROUNDS_ENCODED):
            _encode(film, level, louder)
            reached = measure(louder)
            level = Level(level.gain_db, reached)
            if abs(TARGET_LUFS - reached) <= _CLOSE_ENOUGH_LU:
                break
            level = Level(min(_MOST_GAIN_DB, level.gain_db + 2 * (TARGET_LUFS - reached)), reached)
        content = louder.read_bytes()
        with film.open("r+b") as target:
            target.write(content)
            target.truncate(len(content))
    finally:
        louder.unlink(missing_ok=True)
    return level


def _encode(film: Path, level: Level, into: Path) -> None:
    run_ffmpeg(
        (
            *("-v", "error", "-i", str(film), "-map", "0:v", "-map", "0:a", "-c:v", "copy"),
            *("-af", level.filters, "-ar", "48000", "-c:a", "aac", "-b:a", "160k"),
            *("-movflags", "+faststart", "-f", "mp4", str(into)),
        ),
        WAITED_FOR,
    )
