"""Guest lists and tickets as CSV: whatever a spreadsheet or a ticket shop exports."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from appliance.audience.tickets import MOST_PEOPLE, Ticket
from appliance.errors import MatineeError

MOST_LINES = 5000
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("attendee name", "name", "full name", "guest", "gast", "nom", "الاسم"),
    "first": ("first name", "given name", "vorname", "attendee name: given name"),
    "last": ("last name", "family name", "surname", "nachname", "attendee name: family name"),
    "secret": ("ticket secret", "secret", "barcode", "code", "ticket", "ticket code", "qr"),
    "people": ("people", "party", "quantity", "tickets", "seats", "plätze", "anzahl", "places"),
    "note": ("note", "notes", "comment", "product", "ticket type", "tier", "notiz", "bemerkung"),
    "status": ("order status", "status", "canceled", "cancelled"),
}
"""What headings mean; the first of ours that a list has counts."""

_BAD = {"canceled", "cancelled", "expired", "pending", "unpaid", "refunded", "c", "e", "n", "yes", "true"}


def parse(content: bytes) -> list[Ticket]:
    """Read a list with a heading; ``door.bad_list`` names the line. Columns that we do not know are left out.

    E-mail addresses and phone numbers are never taken: a door does not need them.
    """
    rows = _rows(_text(content))
    if not rows:
        raise MatineeError("door.bad_list", line=1, fault="it is empty")
    columns = _columns(rows[0][1])
    if not columns.keys() & {"name", "first", "last", "secret"}:
        raise MatineeError("door.bad_list", line=1, fault='it needs a heading with "name" or "code"')
    if len(rows) - 1 > MOST_LINES:
        raise MatineeError("door.bad_list", line=MOST_LINES + 2, fault=f"no more than {MOST_LINES} lines")
    return [_ticket(line, cells, columns) for line, cells in rows[1:] if any(cells)]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return content.decode("utf-16", "replace")
        return content.decode("cp1252", "replace")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            rows.append((reader.line_num, [_one_line(cell) for cell in cells]))  # noqa: PERF401 line_num moves
    except csv.Error as fault:
        raise MatineeError("door.bad_list", line=reader.line_num, fault=fault) from fault
    return rows


def _columns(heading: Sequence[str]) -> dict[str, int]:
    names = [cell.lower().strip(" :") for cell in heading]
    return {
        meaning: names.index(known)
        for meaning, spellings in _COLUMNS.items()
        for known in [next((spelling for spelling in spellings if spelling in names), "")]
        if known
    }


def _ticket(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> Ticket:
    def cell(meaning: str) -> str:
        at = columns.get(meaning, len(cells))
        return cells[at] if at < len(cells) else ""

    name = cell("name") or " ".join(part for part in (cell("first"), cell("last")) if part)
    secret = cell("secret")
    if not (name or secret):
        raise MatineeError("door.bad_list", line=line, fault="it has neither a name nor a code")
    status = cell("status")
    return Ticket(
        name, _people(line, cell("people")), secret, cell("note"),
        refusal=status if status.lower() in _BAD else "",
    )  # fmt: skip


def _people(line: int, text: str) -> int:
    found = re.fullmatch(r"(\+?)(\d{1,3})", text.strip())
    if not text.strip():
        return 1
    people = int(found[2]) + bool(found[1]) if found else 0  # "+2" is a guest and two more
    if not 1 <= people <= MOST_PEOPLE:
        raise MatineeError("door.bad_list", line=line, fault=f'"{text}" is not a number of people up to 20')
    return people


def _one_line(cell: str) -> str:
    """Without line ends, control characters, and the apostrophe that keeps spreadsheets from calculating."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in cell).split())
    return plain[1:] if plain[:1] == "'" and plain[1:2] in {"=", "+", "-", "@"} else plain
