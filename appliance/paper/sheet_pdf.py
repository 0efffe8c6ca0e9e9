"""Slips, lists and labels as PDF, for any printer that a phone or a laptop has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import segno

from appliance.errors import MatineeError
from appliance.paper.slip import Label, Slip

if TYPE_CHECKING:
    from fpdf import FPDF

_FACE, _OTHER = "DejaVu", "Droid"
_FOLDERS = ("/usr/share/fonts/truetype/dejavu/", "/usr/share/fonts/truetype/droid/")
_SLIP_MM = 80
_EDGE_MM = 15.0
LABELS = (3, 8)
"""Columns and rows on A4: 70 by 37 mm, the most common sheet."""
_LABEL_MM = (70.0, 37.0)


def slip_pdf(slip: Slip, *, wide: bool = False) -> bytes:
    """A page of a receipt printer's width, as long as it must be; ``wide``: A4, over several pages."""
    if wide:
        pdf = document("A4", _EDGE_MM)
        pdf.set_auto_page_break(auto=True, margin=_EDGE_MM)
    else:
        pdf = document((_SLIP_MM, 40 + 9 * (len(slip.rows) + len(slip.foot) + len(slip.heading) // 12)), 5)
        pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    align = "R" if slip.right_to_left else "L"
    pdf.set_font(_FACE, "B", 15)
    pdf.multi_cell(0, 7, slip.heading, align=align, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    for row in slip.rows:
        _row(pdf, row.start, row.end, strong=row.strong, right_to_left=slip.right_to_left)
    pdf.ln(2)
    pdf.set_font(_FACE, "", 8)
    for words in slip.foot:
        pdf.multi_cell(0, 4, words, align=align, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def labels_pdf(labels: Sequence[Label]) -> bytes:
    """A4 sheets of 24 labels, each with the four words and their square."""
    pdf = document("A4", 0)
    pdf.set_auto_page_break(auto=False)
    columns, rows = LABELS
    for at, label in enumerate(labels or [Label("", "")]):
        place = at % (columns * rows)
        if place == 0:
            pdf.add_page()
        _label(pdf, label, (place % columns) * _LABEL_MM[0], (place // columns) * _LABEL_MM[1])
    return bytes(pdf.output())


def _row(pdf: FPDF, start: str, end: str, *, strong: bool, right_to_left: bool) -> None:
    pdf.set_font(_FACE, "B" if strong else "", 10)
    room, y = pdf.get_string_width(end) + 3 if end else 0, pdf.get_y()
    whole = pdf.epw
    if pdf.will_page_break(10):
        pdf.add_page()
        y = pdf.get_y()
    pdf.set_x(pdf.l_margin + (room if right_to_left else 0))
    pdf.multi_cell(whole - room, 5, start, align="R" if right_to_left else "L", new_x="LMARGIN", new_y="NEXT")
    after = pdf.get_y()
    if end:
        pdf.set_xy(pdf.l_margin if right_to_left else pdf.l_margin + whole - room, y)
        pdf.cell(room, 5, end, align="L" if right_to_left else "R")
        pdf.set_xy(pdf.l_margin, max(after, y + 5))


def _label(pdf: FPDF, label: Label, x: float, y: float) -> None:
    width, height = _LABEL_MM
    side = height - 14
    pdf.set_xy(x + 5, y + 5)
    pdf.set_font(_FACE, "B", 10)
    pdf.multi_cell(width - side - 12, 4.5, label.title[:60], align="L")
    pdf.set_x(x + 5)
    pdf.set_font(_FACE, "", 9)
    pdf.multi_cell(width - side - 12, 4.2, label.code.replace("-", "- "), align="L")
    pdf.set_xy(x + 5, y + height - 8)
    pdf.set_font(_FACE, "", 7)
    pdf.cell(width - 10, 3.5, label.line[:48])
    if label.code:
        square(pdf, label.code, x + width - side - 5, y + 5, side)


def square(pdf: FPDF, words: str, x: float, y: float, side: float) -> None:
    """Draw the code of ``words``, ``side`` mm wide, in the colour that is set."""
    matrix = segno.make(words, error="m", micro=False).matrix
    point = side / len(matrix)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                pdf.rect(x + column * point, y + row * point, point, point, style="F")


def document(size: str | tuple[float, float], edge: float) -> FPDF:
    """An empty one with its letters; ``paper.no_fonts`` names what is missing."""
    from fpdf import FPDF  # noqa: PLC0415 most evenings print nothing, and it takes 58 MB

    pdf = FPDF(unit="mm", format=size)
    pdf.set_margin(edge)
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        try:
            pdf.add_font(_FACE, style, _FOLDERS[0] + name)
        except OSError as missing:
            raise MatineeError("paper.no_fonts", font=name) from missing
    try:
        pdf.add_font(_OTHER, "", _FOLDERS[1] + "DroidSansFallbackFull.ttf")
        pdf.set_fallback_fonts([_OTHER], exact_match=False)
    except OSError:
        pass  # without that package, Chinese and Japanese are boxes
    pdf.set_text_shaping(use_shaping_engine=True)
    return pdf
