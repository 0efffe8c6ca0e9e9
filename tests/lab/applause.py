"""Sounds of a house, made here: a hundred and twenty people who clap, and a room in which nobody does."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
Samples = npt.NDArray[np.float32]
_CLAP_S = 0.05


def room(seconds: float) -> Samples:
    """An empty room: hardly any noise."""
    return np.random.default_rng(1).normal(0, 0.001, round(seconds * RATE_HZ)).astype(np.float32)


def applause(seconds: float, people: int = 120) -> Samples:
    """Everybody claps at a pace of their own: a short burst of noise that rings in the hands."""
    rng = np.random.default_rng(3)
    length = round(_CLAP_S * RATE_HZ)
    at_s = np.arange(length) / RATE_HZ
    out = np.zeros(round(seconds * RATE_HZ) + length)
    for _ in range(people):
        pace_s, loud, hertz = rng.uniform(0.2, 0.33), rng.uniform(0.2, 1), rng.uniform(900, 2600)
        now_s = rng.uniform(0, pace_s)
        while now_s < seconds:
            fades = np.exp(-at_s / rng.uniform(0.004, 0.012))
            begin = int(now_s * RATE_HZ)
            clap = rng.normal(0, 1, length) + np.sin(2 * np.pi * hertz * at_s)
            out[begin : begin + length] += loud * clap * fades
            now_s += pace_s * rng.uniform(0.9, 1.1)
    return (out[: round(seconds * RATE_HZ)] / np.abs(out).max() * 0.5).astype(np.float32)


def write_wave(samples: Samples, path: Path) -> Path:
    """As a mono WAV of 16 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def make_audience(path: Path, samples: Samples) -> Path:
    """Write a film of a camera's test card with that sound: H.264 with a key frame each half second, AAC."""
    sound = write_wave(samples, path.with_suffix(".wav"))
    seconds = len(samples) / RATE_HZ
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y"),
            *("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=10:duration={seconds}", "-i", str(sound)),
            *("-c:v", "libx264", "-preset", "ultrafast", "-g", "5", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-ar", "48000", "-ac", "1", str(path)),
        ],
        check=True,
    )
    return path
