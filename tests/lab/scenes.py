"""Films that move and have nothing in common, and what people do to a film before they post it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SIZE = (180, 320)
RATE = 8
_TAU = 2 * np.pi

SCENES = (
    *range(1, 13),
    "testsrc2=s=320x180:r=8",
    "mandelbrot=s=320x180:r=8:start_x=-1.25:start_y=0.05:start_scale=0.2:end_scale=0.02",
    "sierpinski=s=320x180:r=8:type=triangle:seed=5",
    "life=s=32x18:r=8:seed=9:ratio=0.5,gblur=1,scale=320:180",
)
"""Numbers: rooms of that seed. Words: ffmpeg's sources. Sixteen make 120 pairs of different films."""

SHORT = (SCENES[0], SCENES[1], SCENES[13])

ALTERED = {
    "CRF 35": ("-crf", "35"),
    "half size": ("-vf", "scale=iw/2:ih/2"),
    "10 % crop": ("-vf", "crop=iw*0.9:ih*0.9"),
    "+20 % brightness": ("-vf", "lutyuv=y=val*1.2"),
    "lower third": ("-vf", "drawbox=x=0:y=ih*0.75:w=iw:h=ih*0.17:color=black@0.7:t=fill"),
}

_ENCODED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def film(scene: int | str, path: Path, seconds: int = 3) -> Path:
    if isinstance(scene, str):
        return _ffmpeg(("-f", "lavfi", "-i", scene, "-t", str(seconds), *_ENCODED), path)
    size = f"{SIZE[1]}x{SIZE[0]}"
    raw = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", size, "-r", str(RATE), "-i", "-")
    return _ffmpeg((*raw, *_ENCODED), path, _room(scene, seconds))


def _room(seed: int, seconds: int) -> bytes:
    """A camera pans over a wall whose spectrum falls as photographs' do; three people walk before it."""
    chance = np.random.default_rng(seed)
    height, width = SIZE[0], 2 * SIZE[1]
    steep = np.hypot(np.fft.fftfreq(height)[:, None] * height, np.fft.rfftfreq(width)[None, :] * width)
    waves = np.exp(1j * _TAU * chance.random(steep.shape)) / np.maximum(steep, 1.0) ** 1.2
    wall = np.fft.irfft2(waves, (height, width))
    wall = np.clip(110 + 45 * (wall - wall.mean()) / wall.std(), 10, 210)
    rows, columns = np.mgrid[0:height, 0 : SIZE[1]]
    people = chance.random((3, 5))
    pictures = []
    for at in range(seconds * RATE):
        share = at / (seconds * RATE)
        left = int(share * SIZE[1] * 0.6)
        picture = wall[:, left : left + SIZE[1]].copy()
        for x, y, tone, size, speed in people:
            middle = (x + (speed - 0.5) * share) * SIZE[1]
            body = np.hypot((columns - middle) / (15 + 25 * size), (rows - (0.4 + 0.4 * y) * height) / 55) < 1
            picture[body] = 20 + 180 * tone
        pictures.append((picture + chance.normal(0, 2, picture.shape)).clip(0, 255).astype(np.uint8))
    return np.stack(pictures).tobytes()


def sounding(source: Path, path: Path) -> Path:
    tone = ("-f", "lavfi", "-i", "sine=300:beep_factor=4", "-c:v", "copy", "-c:a", "aac", "-ac", "2")
    return _ffmpeg(("-i", str(source), *tone, "-shortest"), path)


def altered(source: Path, how: Sequence[str], path: Path) -> Path:
    return _ffmpeg(("-i", str(source), *_ENCODED, *how), path)


def _ffmpeg(arguments: Sequence[str], path: Path, fed: bytes | None = None) -> Path:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, str(path)], check=True, input=fed)
    return path
