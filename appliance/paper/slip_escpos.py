"""A slip for receipt printers: ESC/POS, by python-escpos."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import replace
from typing import Any

from appliance.paper.slip import Row, Slip, one_line

_CODE_PAGE = "CP858"
"""Latin letters with the euro sign; every printer that speaks ESC/POS has it."""
_DOTS_A_COLUMN = 12
_GAP = 1


def escpos(slip: Slip, columns: int) -> bytes:
    """Bytes for a printer of so many ``columns`` (48: 80 mm, 32: 58 mm), with the cut at the end.

    What its letters can not write goes as a picture.
    """
    rows = tuple(Row(one_line(row.start), one_line(row.end), row.strong) for row in slip.rows)
    slip = replace(slip, heading=one_line(slip.heading), rows=rows, foot=tuple(map(one_line, slip.foot)))
    printer = _printer()
    printer.hw("INIT")
    if _writable(slip):
        _write(printer, slip, columns)
    else:
        printer.image(_picture(slip, columns), impl="bitImageRaster")
    printer.ln(2)
    printer.cut()
    return bytes(printer.output)


def _printer() -> Any:  # noqa: ANN401 the library has no types
    """A printer that keeps its bytes. The library is slow to load, and few boxes have a printer."""
    from escpos import capabilities  # noqa: PLC0415 as above
    from escpos.printer import Dummy  # noqa: PLC0415 as above

    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)  # it leaves a folder in /tmp, each time
    return Dummy()


def _writable(slip: Slip) -> bool:
    words = [slip.heading, *slip.foot, *(text for row in slip.rows for text in (row.start, row.end))]
    try:
        "".join(words).encode("cp858")
    except UnicodeEncodeError:
        return False
    return not slip.right_to_left


def _write(printer: Any, slip: Slip, columns: int) -> None:  # noqa: ANN401 as above
    printer.charcode(_CODE_PAGE)
    printer.set(align="center", bold=True, double_height=True, double_width=True, custom_size=False)
    for line in textwrap.wrap(slip.heading, columns // 2) or [""]:
        printer.textln(line)
    printer.set(align="left", bold=False, normal_textsize=True)
    printer.ln()
    for row in slip.rows:
        printer.set(bold=row.strong)
        for line in columned(row, columns):
            printer.textln(line)
    printer.set(bold=False, align="center")
    if slip.foot:
        printer.ln()
    for words in slip.foot:
        for line in textwrap.wrap(words, columns):
            printer.textln(line)


def columned(row: Row, columns: int) -> list[str]:
    """Its lines of ``columns`` letters, the end at the right of the first one."""
    if not row.end:
        return textwrap.wrap(row.start, columns) or [""]
    room = max(1, columns - len(row.end) - _GAP)
    first, *rest = textwrap.wrap(row.start, room) or [""]
    return [f"{first:<{columns - len(row.end)}}{row.end}", *rest]


def _picture(slip: Slip, columns: int) -> Any:  # noqa: ANN401 a picture, for a library without types
    from appliance.paper.picture import Ink, drawn  # noqa: PLC0415 as above

    lines = (
        Ink(slip.heading, strong=True, size=34),
        Ink(""),
        *(Ink(row.start, row.end, row.strong) for row in slip.rows),
        Ink(""),
        *(Ink(words, size=20) for words in slip.foot),
    )
    return drawn(lines, columns * _DOTS_A_COLUMN, right_to_left=slip.right_to_left)
