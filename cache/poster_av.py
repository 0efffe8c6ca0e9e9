"""A film's poster: one telling picture of it, small."""

from __future__ import annotations

import io
from typing import BinaryIO

import av
import av.error
from PIL import Image

WIDTH = 640
"""Pixels; the height follows the film's shape."""

_LOOKS = 8
_QUALITY = 82


def telling_picture(film: BinaryIO) -> bytes:
    """Return a JPEG of the picture with the widest range of light among a few; nothing if there is none.

    Decodes what a stranger made: see `cache.poster_child`.
    """
    best: tuple[float, av.VideoFrame] | None = None
    try:
        with av.open(film, "r") as container:
            video = container.streams.video[0]
            for look in range(1, _LOOKS + 1):
                container.seek((container.duration or 0) * look // (_LOOKS + 2))
                picture = next(container.decode(video), None)
                if picture is not None and (best is None or _range(picture) > best[0]):
                    best = (_range(picture), picture)
    except (av.error.FFmpegError, IndexError, OSError):
        return b""
    return b"" if best is None else _jpeg(best[1])


def _range(picture: av.VideoFrame) -> float:
    light = _image(picture, 64, 36, "gray", "L").histogram()
    total = sum(light)
    mean = sum(value * count for value, count in enumerate(light)) / total
    return float(sum((value - mean) ** 2 * count for value, count in enumerate(light))) / total


def _jpeg(picture: av.VideoFrame) -> bytes:
    height = max(2, WIDTH * picture.height // max(1, picture.width) // 2 * 2)
    written = io.BytesIO()
    _image(picture, WIDTH, height, "rgb24", "RGB").save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


def _image(picture: av.VideoFrame, width: int, height: int, pixels: str, mode: str) -> Image.Image:
    plane = picture.reformat(width=width, height=height, format=pixels).planes[0]
    return Image.frombytes(mode, (width, height), bytes(plane), "raw", mode, plane.line_size)
