"""Test films, made by ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cache.block_file import blocks_beside, write_blocks_at
from cache.blocks import FilmHasher
from lab.strip import BLOCKS, FRAME_BITS, ID_BITS, PERCENT

COLOURS = ("0x7a3b2e", "0x2e5a7a", "0x3f7a2e", "0x6a2e7a", "0x7a6a2e", "0x2e7a70")


_H264 = ("libx264", "-preset", "ultrafast")


_A_KEY_EACH = 25
"""Pictures; with fewer, none leans on others before and after it."""


def make_counter_film(
    path: Path,
    film_id: int,
    seconds: float,
    fps: int = 25,
    size: tuple[int, int] = (1280, 720),
    video: tuple[str, ...] = _H264,
) -> Path:
    """Make a film with the strip of `lab.strip` over its top twelfth, and a steady tone (AAC)."""
    width, height = size
    colour = COLOURS[film_id % len(COLOURS)]
    command = [
        *("ffmpeg", "-v", "error", "-y"),
        *("-f", "lavfi", "-i", f"color=c={colour}:s={width}x{height}:r={fps}:d={seconds}"),
        *("-f", "lavfi", "-i", f"sine=frequency={220 + 40 * film_id}:duration={seconds}"),
        *("-vf", _drawing(film_id, width, height)),
        *("-c:v", *video, "-g", str(max(fps, _A_KEY_EACH)), "-pix_fmt", "yuv420p"),
        *("-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", str(path)),
    ]
    subprocess.run(command, check=True)
    return path


def lay_hashes(film: Path) -> Path:
    """Lay block hashes beside ``film``, as the media store does."""
    hasher = FilmHasher()
    hasher.update(film.read_bytes())
    write_blocks_at(blocks_beside(film), film.name, hasher.finish()[1])
    return film


def _drawing(film_id: int, width: int, height: int) -> str:
    frame_on = [f"mod(floor(n/{2**place}),2)" for place in range(FRAME_BITS)]
    id_on = [str(film_id >> place & 1) for place in range(ID_BITS)]
    parity_on = f"mod({'+'.join([*frame_on, *id_on])},2)"
    boxes = [f"drawbox=x=0:y=0:w={round(width * BLOCKS * PERCENT / 100)}:h={height // 12}:color=black:t=fill"]
    for block, on in enumerate(["1", "0", *frame_on, *id_on, parity_on]):
        left, right = (round((block + edge) * width * PERCENT / 100) for edge in (0, 1))
        box = f"x={left}:y=0:w={right - left}:h={height // 12}"
        boxes.append(f"drawbox={box}:color=white:t=fill:enable='{on}'")
    return ",".join(boxes)
