"""A clip of the house, made with ffmpeg: what a looped camera plays in tests."""

from __future__ import annotations

import subprocess
from pathlib import Path


def make_house(path: Path, seconds: int = 4, *, reordered: bool = False) -> Path:
    """Write ``seconds`` of 640x360 H.264 at 30 pictures a second, a key frame each half second, with AAC.

    ``reordered`` uses B-frames, which a camera does not but a downloaded clip may.
    """
    frames = ["-preset", "veryfast", "-bf", "2"] if reordered else ["-preset", "ultrafast"]
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y"),
            *("-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=30:duration={seconds}"),
            *("-f", "lavfi", "-i", f"sine=440:sample_rate=48000:duration={seconds}"),
            *("-c:v", "libx264", *frames, "-g", "15", "-keyint_min", "15", "-sc_threshold", "0"),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"),
            str(path),
        ],
        check=True,
    )
    return path
