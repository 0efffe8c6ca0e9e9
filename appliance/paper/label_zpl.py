"""A label for label printers: ZPL II, as Zebra's and most others speak it."""

from __future__ import annotations

from appliance.paper.slip import Label

_MARGIN = 16
_SQUARE = 4
"""Dots of one point of the QR code: with four words it has 29 of them, and a rim of 4 that ZPL leaves out."""
_QR_DOTS = 29 * _SQUARE
_LATIN = 0x250
"""The built-in face has letters below this; others go as a picture."""


def zpl(label: Label, width_mm: int, height_mm: int, dots_mm: int) -> bytes:
    """One label of that size, for a print head of ``dots_mm`` dots a millimetre (203 dpi: 8, 300 dpi: 12)."""
    width, height = width_mm * dots_mm, height_mm * dots_mm
    room = width - 3 * _MARGIN - _QR_DOTS
    size = max(18, min(40, (height - 2 * _MARGIN) // 5))
    y = _MARGIN
    parts = ["^XA", "^CI28", f"^PW{width}", f"^LL{height}"]
    for words, lines, part in ((label.title, 2, size), (label.code, 2, size), (label.line, 1, size * 3 // 4)):
        if words:
            parts.append(_text(words, y, room, lines, part))
            y += lines * part + 4
    square = f"^FO{width - _MARGIN - _QR_DOTS},{_MARGIN}^BQN,2,{_SQUARE}^FH^FDMA,{_escaped(label.code)}^FS"
    return "".join([*parts, square, "^XZ\n"]).encode("utf-8")


def _text(words: str, y: int, width: int, lines: int, size: int) -> str:
    if all(ord(letter) < _LATIN or letter == "€" for letter in words):
        block = f"^FB{width},{lines},0,L"
        return f"^FO{_MARGIN},{y}^A0N,{size},{size}{block}^FH^FD{_escaped(words)}^FS"
    from PIL import ImageChops  # noqa: PLC0415 few boxes have a printer

    from appliance.paper.picture import Ink, drawn  # noqa: PLC0415 as above

    paper = drawn((Ink(words, strong=True, size=size - 4),), width)
    picture = ImageChops.invert(paper.convert("L")).convert("1")  # here ink is 1
    bits = picture.crop((0, 0, -(-width // 8) * 8, lines * size))
    row = bits.width // 8
    whole = row * bits.height
    return f"^FO{_MARGIN},{y}^GFA,{whole},{whole},{row},{bits.tobytes().hex().upper()}^FS"


def _escaped(words: str) -> str:
    """For ``^FH``: no letter of it is taken for a command."""
    return "".join(
        f"_{ord(letter):02X}" if letter in "^~_\\" or ord(letter) < ord(" ") else letter for letter in words
    )
