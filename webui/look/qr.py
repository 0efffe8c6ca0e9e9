"""QR codes as inline SVG: dark on white with its quiet zone, whatever the page's colours."""

from __future__ import annotations

from functools import lru_cache

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
