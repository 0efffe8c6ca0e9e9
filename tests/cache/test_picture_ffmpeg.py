"""Pictures for cards: whatever was brought becomes a PNG that fits, or is refused by name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from appliance.errors import MatineeError
from cache.picture_ffmpeg import HEIGHT, WIDTH, picture_png

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9">
<rect width="16" height="9" fill="#123456"/>{more}</svg>"""


def made(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(picture_png(path, path.parent / "work"))).convert("RGB")


def test_a_drawing_is_as_large_as_the_projector_however_small_it_was_drawn(tmp_path: Path) -> None:
    path = tmp_path / "poster.svg"
    path.write_text(SVG.format(more=""), "utf-8")
    drawn = made(path)
    assert drawn.size == (WIDTH, HEIGHT)
    assert drawn.getpixel((5, 5)) == (0x12, 0x34, 0x56)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("form", "size", "becomes"),
    [
        ("PNG", (640, 400), (640, 400)),
        ("JPEG", (4000, 1000), (1920, 480)),
        ("WEBP", (640, 400), (640, 400)),
    ],
)
def test_a_photograph_keeps_its_shape_and_is_never_blown_up(
    tmp_path: Path, form: str, size: tuple[int, int], becomes: tuple[int, int]
) -> None:
    path = tmp_path / "wrongly-named.jpg"
    Image.new("RGB", size, "#803020").save(path, form)
    assert made(path).size == becomes


def test_a_drawing_reaches_for_no_other_file_and_no_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (16, 9), "#ffffff").save(secret)
    path = tmp_path / "poster.svg"
    images = (secret.as_uri(), "secret.png", "http://127.0.0.1:9/x.png")
    more = "".join(f'<image width="16" height="9" href="{image}"/>' for image in images)
    path.write_text(SVG.format(more=more), "utf-8")
    assert made(path).getpixel((900, 500)) == (0x12, 0x34, 0x56)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n then nothing", b"<svg"])
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "poster.png"
    path.write_bytes(content)
    with pytest.raises(MatineeError, match=r'"poster.png" is not a picture'):
        picture_png(path, tmp_path / "work")
