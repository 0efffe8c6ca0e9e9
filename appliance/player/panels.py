"""Panels over the running picture: opaque, of the cards' look, placed by what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from PIL import Image, ImageDraw

from appliance.model.picture import Overlay, OverlayKind
from appliance.player.cards import ACCENT, GROUND, MUTED, TEXT
from appliance.player.qr_picture import code
from appliance.player.typesetting import Block, Face, fit, write

_EDGE = 5.5
"""Per cent of the height between a panel and the picture's edge: what old projectors cut off, and more."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture and where its upper left corner is."""

    id: str
    image: Image.Image
    x: int
    y: int


def panels(overlays: Sequence[Overlay], size: tuple[int, int]) -> list[Panel]:
    """Draw and place ``overlays`` on a picture of ``size``; those of one kind stand above each other.

    Words stand above all that is at the foot: the notice that a camera is on is never covered.
    """
    placed: list[Panel] = []
    used = dict.fromkeys(OverlayKind, 0)
    edge, gap = _part(size, _EDGE), _part(size, 1.5)
    for overlay in sorted(overlays, key=lambda one: one.kind is OverlayKind.WORDS):
        image = _draw(overlay, size)
        right = size[0] - edge - image.width
        match overlay.kind:
            case OverlayKind.LOWER_THIRD:
                x, y = edge, size[1] - edge - image.height - used[overlay.kind]
            case OverlayKind.QR:
                x, y = right, size[1] - edge - image.height - used[overlay.kind]
            case OverlayKind.LEFT:
                x, y = right, edge + used[overlay.kind]
            case OverlayKind.WORDS:
                foot = max(used[kind] for kind in OverlayKind if kind is not OverlayKind.LEFT)
                x, y = (size[0] - image.width) // 2, size[1] - edge - image.height - foot
            case _:
                assert_never(overlay.kind)
        used[overlay.kind] += image.height + gap
        if y >= 0 and y + image.height <= size[1]:  # one too many is left out, never half shown
            placed.append(Panel(overlay.id, image, x, y))
    return placed


def left_words(left: int) -> str:
    """What a counter says."""
    return f"{left} left" if left > 0 else "All gone"


def _part(size: tuple[int, int], percent: float) -> int:
    return max(1, round(size[1] * percent / 100))


def _draw(overlay: Overlay, size: tuple[int, int]) -> Image.Image:
    match overlay.kind:
        case OverlayKind.LOWER_THIRD:
            return _lower_third(overlay, size)
        case OverlayKind.QR:
            return _qr(overlay, size)
        case OverlayKind.LEFT:
            return _left(overlay, size)
        case OverlayKind.WORDS:
            return _words(overlay, size)
        case _:
            assert_never(overlay.kind)


def _lower_third(overlay: Overlay, size: tuple[int, int]) -> Image.Image:
    room = (size[0] * 58 // 100, _part(size, 13))
    title = fit(overlay.title, Face.BOLD, _part(size, 5.2), room, _part(size, 3.2))
    blocks = [(title, TEXT)]
    if overlay.line:
        blocks.append((fit(overlay.line, Face.PLAIN, _part(size, 3.8), room, _part(size, 2.6)), MUTED))
    return _sheet(blocks, size)


def _left(overlay: Overlay, size: tuple[int, int]) -> Image.Image:
    room = (size[0] * 30 // 100, _part(size, 10))
    blocks = []
    if overlay.left is not None:
        words = left_words(overlay.left)
        blocks.append((fit(words, Face.BOLD, _part(size, 6), room, _part(size, 4)), ACCENT))
    if overlay.title:
        blocks.append((fit(overlay.title, Face.PLAIN, _part(size, 3.4), room, _part(size, 2.4)), TEXT))
    return _sheet(blocks, size)


def _words(overlay: Overlay, size: tuple[int, int]) -> Image.Image:
    room = (size[0] * 84 // 100, _part(size, 34))
    blocks = []
    if overlay.line:
        blocks.append((fit(overlay.line, Face.PLAIN, _part(size, 3.4), room, _part(size, 2.4)), MUTED))
    blocks.append((fit(overlay.title, Face.BOLD, _part(size, 7), room, _part(size, 3.6)), TEXT))
    return _sheet(blocks, size)


def _sheet(blocks: Sequence[tuple[Block, str]], size: tuple[int, int]) -> Image.Image:
    """Lines under each other, an accent down the left side."""
    pad, rule = _part(size, 2.4), _part(size, 0.9)
    width = rule + 2 * pad + max((block.width for block, _colour in blocks), default=0)
    height = 2 * pad + sum(block.height for block, _colour in blocks)
    image = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, rule - 1, height), fill=ACCENT)
    _write(pen, blocks, (rule + pad, pad))
    return image


def _qr(overlay: Overlay, size: tuple[int, int]) -> Image.Image:
    pad = _part(size, 1.8)
    square = code(overlay.qr or "", _part(size, 27))
    room = (square.width, _part(size, 10))
    blocks = [(fit(overlay.title, Face.BOLD, _part(size, 3.8), room, _part(size, 2.4)), TEXT)]
    if overlay.line:
        blocks.append((fit(overlay.line, Face.PLAIN, _part(size, 3), room, _part(size, 2.2)), MUTED))
    words = sum(block.height for block, _colour in blocks) + pad if overlay.title or overlay.line else 0
    image = Image.new("RGB", (square.width + 2 * pad, square.height + 2 * pad + words), GROUND)
    image.paste(square, (pad, pad))
    if words:
        _write(ImageDraw.Draw(image), blocks, (pad, pad + square.height + pad * 2 // 3))
    return image


def _write(pen: ImageDraw.ImageDraw, blocks: Sequence[tuple[Block, str]], corner: tuple[int, int]) -> None:
    x, y = corner
    for block, colour in blocks:
        for line in block.lines:
            write(pen, (x, y), line, block.face, block.size, colour)
            y += block.leading
