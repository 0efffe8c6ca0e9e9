"""How loud the microphone is in the rehearsal: real sound through ffmpeg, nothing kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from appliance.capture.sound_level import SoundMeter
from appliance.model.rehearsal import Outcome
from appliance.model.rehearsal_fails import Check, Fail
from appliance.model.rehearsal_readings import Readings, findings


def sound(path: Path, source: str) -> str:
    """A second and a half of ``source``."""
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-t",
        "1.5",
        "-i",
        source,
        "-c:a",
        "pcm_s16le",
        str(path),
    ]
    subprocess.run(command, check=True)
    return str(path)


@pytest.mark.parametrize(
    ("source", "fail"),
    [
        ("anullsrc=r=48000", Fail.MICROPHONE_STILL),
        ("anoisesrc=r=48000:a=0.05", None),
        ("sine=440:r=48000,volume=30dB", Fail.MICROPHONE_LOUD),
    ],
)
def test_a_dead_a_good_and_an_overdriven_microphone_are_told_apart(
    tmp_path: Path, source: str, fail: Fail | None
) -> None:
    level = SoundMeter(sound(tmp_path / "a.wav", source), (), lambda: False).measure()
    read = Readings(filming=True, camera=True, sound_db=level.loudest_db, sound_fault=level.fault)
    found = next(one for one in findings(read, lights=True) if one.check is Check.MICROPHONE)
    assert (found.fail, found.outcome) == (fail, Outcome.WELL if fail is None else Outcome.CARE)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "a.wav"], "nothing is kept"


def test_a_microphone_that_is_not_there_is_named_and_the_next_one_is_tried(tmp_path: Path) -> None:
    level = SoundMeter("", ("hw:77", "hw:78"), lambda: False).measure()
    assert (level.loudest_db, "can not be heard" in level.fault) == (None, True)
    assert "no microphone" in SoundMeter("/dev/video0", (), lambda: False).measure().fault
    gone = SoundMeter(str(tmp_path / "none.wav"), (), lambda: False).measure()
    assert (gone.loudest_db, bool(gone.fault)) == (None, True)


def test_who_films_or_listens_is_not_disturbed(tmp_path: Path) -> None:
    good = sound(tmp_path / "a.wav", "anoisesrc=r=48000:a=0.05")
    level = SoundMeter(good, (), lambda: True).measure()
    assert (level.loudest_db, level.fault) == (None, "The microphone is in use now.")
