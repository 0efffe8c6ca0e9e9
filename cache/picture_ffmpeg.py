"""A picture that somebody drew becomes a PNG that fits a projector: by ffmpeg, walled in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from appliance.errors import MatineeError
from cache.workshop import workshop

WIDTH, HEIGHT = 1920, 1080
"""No larger; a drawing (SVG) is made as large as fits, a photograph never larger than it is."""
LARGEST_BYTES = 64 << 20
_SECONDS = 60
_MOST_PIXELS = 20_000 * 10_000
_KINDS = ((b"\x89PNG", "png_pipe"), (b"\xff\xd8", "jpeg_pipe"), (b"RIFF", "webp_pipe"))
_FIT = f"scale=w='min(iw,{WIDTH})':h='min(ih,{HEIGHT})':force_original_aspect_ratio=decrease:flags=lanczos"


def picture_png(source: Path, beside: Path) -> bytes:
    """Return ``source`` (SVG, PNG, JPEG, WebP, by what is in it) as a PNG; work is done in ``beside``.

    Raises ``media.not_a_picture``, ``media.no_ffmpeg``. SVG is drawn by librsvg, which runs no script and
    opens no other file.
    """
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise MatineeError("media.no_ffmpeg")
    try:
        with workshop(beside) as folder:
            made = folder / "picture.png"
            _run([ffmpeg, *_reading(source), "-frames:v", "1", "-vf", _FIT, str(made)], source, folder)
            return made.read_bytes()
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise MatineeError("media.not_a_picture", name=source.name) from fault


def _reading(source: Path) -> list[str]:
    if source.stat().st_size > LARGEST_BYTES:
        raise MatineeError("media.not_a_picture", name=source.name)
    with source.open("rb") as file:
        head = file.read(16)
    drawn = ["-width", str(WIDTH), "-height", str(HEIGHT), "-keep_ar", "1", "-f", "svg_pipe"]
    kind = next((["-f", name] for magic, name in _KINDS if head.startswith(magic)), drawn)
    plain = ("-nostdin", "-v", "error", "-max_pixels", str(_MOST_PIXELS), "-protocol_whitelist", "file")
    return [*plain, *kind, "-i", str(source.absolute())]


def _run(command: list[str], source: Path, folder: Path) -> None:
    walls = [sys.executable, "-I", "-m", "cache.confined_run", str(folder), str(source.absolute())]
    done = subprocess.run(
        [*walls, *command], stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise MatineeError("media.not_a_picture", name=source.name)
