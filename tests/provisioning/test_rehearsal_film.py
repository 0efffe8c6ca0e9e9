"""The test film is what the questions speak of: left, then right, then both, then flash and beep together."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from provisioning.rehearsal_film import CARD, FILM, draw_card, make

RATE = 48_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    make(folder)
    return folder


def loudness(folder: Path) -> np.ndarray:
    """Of each tenth of a second and side."""
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(folder / FILM), "-f", "f32le", "-ac", "2", "-ar", str(RATE), "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    sides = np.frombuffer(raw, np.float32).reshape(-1, 2)
    tenths = sides[: len(sides) // (RATE // 10) * (RATE // 10)].reshape(-1, RATE // 10, 2)
    return np.sqrt((tenths**2).mean(axis=1))


@pytest.mark.soak
def test_tones_come_from_their_side_and_noise_from_both(folder: Path) -> None:
    heard = loudness(folder)
    left, right, both = heard[22:38].mean(axis=0), heard[52:68].mean(axis=0), heard[82:118].mean(axis=0)
    assert left[0] > 20 * max(left[1], 0.005)
    assert right[1] > 20 * max(right[0], 0.005)
    evenly = 0.1 / 3**0.5 * (16 / 24) ** 0.5  # noise of that height, of which AAC keeps what is below 16 kHz
    assert both == pytest.approx([evenly, evenly], rel=0.1)


@pytest.mark.soak
def test_flash_and_beep_come_in_the_same_tenth_of_a_second(folder: Path) -> None:
    beeps = [at for at, sides in enumerate(loudness(folder)) if at >= 128 and sides.max() > 0.05]
    grey = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(folder / FILM), "-vf", "crop=100:40:590:140,scale=1:1,fps=10",
         "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    flashes = [at for at, level in enumerate(grey) if at >= 128 and level > 200]
    assert len(flashes) >= 6
    assert all(min(abs(flash - beep) for beep in beeps) <= 1 for flash in flashes)


@pytest.mark.soak
def test_its_evening_is_in_order_and_it_is_made_once(folder: Path) -> None:
    assert event_manifest.read(folder / "event.toml").films == (FILM,)
    before = (folder / FILM).stat().st_mtime_ns
    make(folder)
    assert (folder / FILM).stat().st_mtime_ns == before
    assert draw_card().size == (1280, 720)


def test_without_ffmpeg_it_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / CARD).write_bytes(b"torn by a power cut")
    with pytest.raises(MatineeError) as caught:
        make(tmp_path)
    assert caught.value.key == "rehearsal.film_not_made"
    assert [path.name for path in tmp_path.glob("*.mp4")] == []
    assert (tmp_path / CARD).read_bytes()[:4] == b"\x89PNG"
