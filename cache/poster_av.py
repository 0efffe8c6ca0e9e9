"""A film's poster: one telling picture of it, small."""

from __future__ import annotations

import io
from pathlib import Path

import av
import av.error
from PIL import Image

from appliance.errors import MatineeError

WIDTH = 640
"""Pixels; the height follows the film's shape."""

_LOOKS = 8
_QUALITY = 82


def poster(film: Path, title: str) -> bytes:
    """Return a JPEG of the picture with the widest range of light among a few.

    ``media.not_a_film`` if none can be decoded.
    """
    best: tuple[float, av.VideoFrame] | None = None
    try:
        with av.open(str(film), options={"protocol_whitelist": "file"}) as container:
            video = container.streams.video[0]
            video.thread_type = "AUTO"
            for look in range(1, _LOOKS + 1):
                container.seek((container.duration or 0) * look // (_LOOKS + 2))
                picture = next(container.decode(video), None)
                if picture is not None and (best is None or _range(picture) > best[0]):
                    best = (_range(picture), picture)
    except (av.error.FFmpegError, IndexError, OSError) as fault:
        raise MatineeError("media.not_a_film", name=title, reason="it can not be read") from fault
    if best is None:
        raise MatineeError("media.not_a_film", name=title, reason="no picture of it can be decoded")
    return _jpeg(best[1])


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
