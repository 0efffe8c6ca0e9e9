"""A real film of several blocks, made once in a second."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path


def make_film(path: Path, seconds: int = 4) -> Path:
    """Noise does not compress: some six MiB of H.264."""
    path.write_bytes(_film(seconds))
    return path


@functools.cache
def _film(seconds: int) -> bytes:
    noise = [
        "-f",
        "lavfi",
        "-i",
        f"nullsrc=size=320x180:rate=25:duration={seconds},geq=random(1)*255:128:128",
    ]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "12M", "-pix_fmt", "yuv420p"]
    with tempfile.NamedTemporaryFile(suffix=".mp4") as made:
        subprocess.run(["ffmpeg", "-v", "error", "-y", *noise, *coding, made.name], check=True)
        return Path(made.name).read_bytes()
