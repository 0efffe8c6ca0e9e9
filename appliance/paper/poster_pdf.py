"""The poster: title, day, place and the code that brings a phone onto the Wi-Fi, or to the page."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.paper.sheet_pdf import document, square

_GROUND, _TEXT, _ACCENT = (18, 16, 14), (244, 239, 230), (242, 181, 68)
"""The colours of the cards on the wall."""
_WIDE_MM, _HIGH_MM, _EDGE_MM = 210.0, 297.0, 22.0
_CODE_MM = 70.0
_SHORT = 32
"""Letters of a title that fit in large ones."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it."""

    title: str
    lines: tuple[str, ...]
    code: str
    """What the code holds."""
    code_words: str
    """What stands beside it: the same for who types."""


def poster_pdf(poster: Poster) -> bytes:
    """One A4 page, dark as the cards."""
    pdf = document("A4", _EDGE_MM)
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    pdf.set_fill_color(*_GROUND)
    pdf.rect(0, 0, _WIDE_MM, _HIGH_MM, style="F")
    pdf.set_fill_color(*_ACCENT)
    pdf.rect(_EDGE_MM, 34, 26, 2.4, style="F")
    pdf.set_text_color(*_TEXT)
    pdf.set_xy(_EDGE_MM, 46)
    pdf.set_font("DejaVu", "B", 46 if len(poster.title) < _SHORT else 30)
    pdf.multi_cell(
        0,
        18 if len(poster.title) < _SHORT else 13,
        poster.title[:90],
        align="L",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    pdf.ln(8)
    pdf.set_font("DejaVu", "", 16)
    for line in poster.lines[:6]:
        pdf.multi_cell(0, 9, line[:160], align="L", new_x="LMARGIN", new_y="NEXT")
    y = _HIGH_MM - _EDGE_MM - _CODE_MM - 8
    pdf.set_fill_color(255, 255, 255)
    pdf.rect(_EDGE_MM, y, _CODE_MM + 8, _CODE_MM + 8, style="F")
    pdf.set_fill_color(0, 0, 0)
    square(pdf, poster.code, _EDGE_MM + 4, y + 4, _CODE_MM)
    pdf.set_xy(_EDGE_MM + _CODE_MM + 18, y + 10)
    pdf.set_font("DejaVu", "B", 15)
    pdf.multi_cell(0, 9, poster.code_words, align="L")
    return bytes(pdf.output())
