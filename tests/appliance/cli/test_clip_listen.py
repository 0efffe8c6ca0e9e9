from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from appliance.__main__ import matinee


def _sound(path: Path, seconds: float) -> Path:
    samples = np.random.default_rng(1).normal(0, 300, round(seconds * 44_100)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(samples.tobytes())
    return path


def test_a_quiet_room_has_no_moment_and_it_is_said_who_listened(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(matinee, ["clip", "listen", str(_sound(tmp_path / "room.wav", 4))])
    assert outcome.exit_code == 0, outcome.output
    assert "Heard with YAMNet, 4 s." in outcome.output
    assert "No laughter, applause or cheering was heard." in outcome.output


def test_json_is_one_document(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(matinee, ["clip", "listen", "--json", str(_sound(tmp_path / "room.wav", 2))])
    said = json.loads(outcome.output)
    assert (said["detector"], said["seconds"], said["moments"]) == ("YAMNet", 2.0, [])


def test_what_has_no_sound_is_refused_with_a_sentence(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no sound")
    outcome = CliRunner().invoke(matinee, ["clip", "listen", str(text)])
    assert outcome.exit_code == 1
    assert "can not be heard" in outcome.output
