"""A picture from the event's folder, whole, as large as the projector allows."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

_GROUND = "#12100e"


def fitted(path: str, size: tuple[int, int]) -> Image.Image | None:
    """Return it at ``size`` on the cards' ground; None if it can not be read.

    It was made a PNG of ours when the event was loaded (cache/picture_ffmpeg.py): nothing else is opened.
    """
    try:
        return _fitted(path, size, Path(path).stat().st_mtime_ns)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


@lru_cache(maxsize=3)
def _fitted(path: str, size: tuple[int, int], _written: int) -> Image.Image:
    with Image.open(path, formats=("PNG",)) as found:
        whole = found.convert("RGBA")
    ground = Image.new("RGBA", whole.size, _GROUND)
    return ImageOps.pad(Image.alpha_composite(ground, whole).convert("RGB"), size, color=_GROUND)
