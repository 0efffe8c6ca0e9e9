"""The first picture of a start: laid into a frame buffer of any form it is the player's card."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

RECIPE = Path(__file__).parents[2] / "image-build" / "image"
PROGRAM = RECIPE / "overlay" / "usr/lib/matinee/splash"
sys.path.insert(0, str(RECIPE))

import splash  # noqa: E402 the path is made above

_ROUNDED = 8
"""A colour of 16 bits is at most so far from what was meant."""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies in the image."""
    root = tmp_path_factory.mktemp("root")
    (root / splash.DRAWN).parent.mkdir(parents=True)
    splash.lay(root)
    return root / splash.DRAWN


def laid(drawn: Path, folder: Path, size: tuple[int, int], bits: int, more_bytes: int = 0) -> bytes:
    """The frame buffer after the program ran; rows may be longer than what is seen of them."""
    stride = size[0] * bits // 8 + more_bytes
    about = {"virtual_size": f"{size[0]},{size[1]}", "bits_per_pixel": str(bits), "stride": str(stride)}
    for name, text in about.items():
        (folder / name).write_text(text + "\n", "ascii")
    buffer = folder / "fb0"
    buffer.write_bytes(bytes(stride * size[1]))
    command = [sys.executable, "-IS", str(PROGRAM), str(drawn), str(folder), str(buffer)]
    subprocess.run(command, check=True, timeout=60)
    return buffer.read_bytes()


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (1280, 800), (1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("bits", splash.BITS)
def test_the_card_stands_in_the_middle(drawn: Path, tmp_path: Path, size: tuple[int, int], bits: int) -> None:
    lines = max(one for one in splash.LINES if one <= size[1])
    meant = splash.card((round(lines * 16 / 9), lines)).convert("RGB")
    words = meant.crop(
        ImageChops.difference(meant, Image.new("RGB", meant.size, meant.getpixel((0, 0)))).getbbox()
    )
    left, top = (size[0] - words.width) // 2, (size[1] - words.height) // 2
    whole = Image.new("RGB", size, meant.getpixel((0, 0)))
    whole.paste(words, (left, top))
    buffer = laid(drawn, tmp_path, size, bits, more_bytes=64)
    raw = {16: "BGR;16", 24: "BGR", 32: "BGRX"}[bits]
    seen = Image.frombytes("RGB", size, buffer, "raw", raw, size[0] * bits // 8 + 64)
    off = ImageChops.difference(seen, whole).getextrema()
    assert max(high for _low, high in off) <= (_ROUNDED if bits == 16 else 0)


@pytest.mark.parametrize(
    ("size", "bits"), [((160, 120), 32), ((320, 480), 32), ((1280, 720), 15), ((1280, 720), 8)]
)
def test_what_it_was_not_drawn_for_stays_as_it_is(
    drawn: Path, tmp_path: Path, size: tuple[int, int], bits: int
) -> None:
    assert not any(laid(drawn, tmp_path, size, bits))
