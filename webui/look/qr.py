"""QR codes as inline SVG: dark on white with its quiet zone, whatever the page's colours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO

import segno
from markupsafe import Markup


@lru_cache(maxsize=256)
def qr(text: str, label: str = "QR code") -> Markup:
    """Return an ``<svg>`` of ``text`` (ISO/IEC 18004, level L or better, four modules of quiet zone).

    ``label`` is read out by screen readers. The picture is as wide as what holds it.
    """
    code = segno.make(text, error="l", boost_error=True, micro=False)
    width, height = code.symbol_size(border=4)
    path = code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
    inner = Markup(path[path.index(">") + 1 : path.rindex("</svg>")])  # noqa: S704 made of numbers only
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, label, inner
    )


QR_KINDS: Mapping[str, str] = {"png": "image/png", "svg": "image/svg+xml"}
"""Pictures that can be kept, and their media types."""

_DOTS_A_MODULE = 8


def qr_file(text: str, kind: str) -> bytes:
    """Return a picture of ``text`` for a file, of a kind of ``QR_KINDS``: dark on white, as ``qr``."""
    into = BytesIO()
    code = segno.make(text, error="l", boost_error=True, micro=False)
    code.save(into, kind=kind, border=4, scale=_DOTS_A_MODULE, light="white")
    return into.getvalue()
