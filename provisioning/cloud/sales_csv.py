"""Sales made elsewhere, as a shop or a payment provider exports them: a CSV with a heading."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from appliance.errors import MatineeError
from appliance.model import money

MOST_LINES = 100_000
LARGEST_BYTES = 32 << 20
LONGEST = 200
"""Characters of an order's number, an item, a reference."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "order": (
        "order id",
        "order_id",
        "order",
        "order number",
        "id",
        "name",
        "transaction id",
        "bestellnummer",
    ),
    "at": ("at", "created at", "created (utc)", "date", "paid at", "order date", "time", "datum"),
    "item": ("item", "lineitem sku", "sku", "lineitem name", "product", "description", "artikel"),
    "amount": ("amount", "lineitem price", "price", "total", "gross", "betrag"),
    "currency": ("currency", "waehrung", "währung"),
    "quantity": ("quantity", "lineitem quantity", "anzahl", "menge"),
    "reference": ("reference", "client reference id", "note", "referenz"),
    "status": ("status", "financial status", "payment status", "order status"),
}
"""What headings mean; the first of ours that a file has counts."""
_NEEDED = ("order", "at", "item", "amount", "currency")
_RETURNED = {"refunded", "returned", "voided", "cancelled", "canceled", "failed", "erstattet", "storniert"}
_DATES = ("%Y-%m-%d %H:%M:%S %z", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")
_SIGNS = re.compile("[\u20ac$\u00a3\u00a0 ]|[A-Z]{3}")
MOST_UNITS = 1000


@dataclass(frozen=True, slots=True)
class Sale:
    """One line of one order."""

    order: str
    at: datetime
    item: str
    amount_minor: int
    """Of all its units together."""
    currency: str
    units: int = 1
    reference: str = ""
    """What the pay link gave along: a claim, or whose promise it was."""
    returned: bool = False
    """The money went back, or never came."""
    nth: int = 0
    """Which line of that item it is in its order."""
    sold_as: str = ""
    """What the shop calls the item; empty: as the evening's plan does."""

    @property
    def name(self) -> str:
        """The shop's own name for it: it stays, whatever the plan calls the item."""
        return self.sold_as or self.item


def parse(content: bytes, items: Mapping[str, str] | None = None) -> list[Sale]:
    """Read a whole file, or nothing of it. ``items``: what the shop's names are called in the evening's plan.

    ``cloud.sales_columns`` names the columns that are missing, ``cloud.bad_sale`` the line and what is wrong.
    A time without an offset is UTC; an amount may have a point or a comma.
    """
    rows = _rows(_text(content))
    if not rows:
        raise MatineeError("cloud.sales_empty")
    columns = _columns(rows[0][1])
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise MatineeError("cloud.sales_columns", missing=", ".join(missing))
    if len(rows) - 1 > MOST_LINES:
        raise MatineeError("cloud.bad_sale", line=MOST_LINES + 2, fault=f"no more than {MOST_LINES} lines")
    return list(_numbered(_sale(line, cells, columns, items or {}) for line, cells in rows[1:] if any(cells)))


def _numbered(sales: Iterator[Sale]) -> Iterator[Sale]:
    seen: dict[tuple[str, str], int] = {}
    for sale in sales:
        key = (sale.order, sale.name)
        nth = seen[key] = seen.get(key, -1) + 1
        yield replace(sale, nth=nth)


def _sale(line: int, cells: Sequence[str], columns: Mapping[str, int], items: Mapping[str, str]) -> Sale:
    def cell(name: str) -> str:
        at = columns.get(name)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    order, item = cell("order").lstrip("#"), cell("item")
    for name, text in (("order", order), ("item", item)):
        if not text or len(text) > LONGEST:
            raise MatineeError("cloud.bad_sale", line=line, fault=f"no {name}, or one that is too long")
    currency = cell("currency").upper()
    try:
        amount = _SIGNS.sub("", cell("amount"))
        minor = money.parse(amount.removeprefix("-"), currency)
        units = int(cell("quantity") or "1")
    except MatineeError as wrong:
        raise MatineeError("cloud.bad_sale", line=line, fault=wrong.sentence.rstrip(".")) from wrong
    except ValueError as wrong:
        raise MatineeError("cloud.bad_sale", line=line, fault="the quantity is no number") from wrong
    if not 1 <= units <= MOST_UNITS:
        raise MatineeError("cloud.bad_sale", line=line, fault=f"a quantity is 1 to {MOST_UNITS}")
    returned = amount.startswith("-") or cell("status").casefold() in _RETURNED
    return Sale(
        order, _moment(line, cell("at")), items.get(item, item), minor, currency, units,
        cell("reference")[:LONGEST], returned, sold_as=item,
    )  # fmt: skip


def _moment(line: int, text: str) -> datetime:
    for read in (datetime.fromisoformat, *(_by(form) for form in _DATES)):
        try:
            at = read(text)
            return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise MatineeError("cloud.bad_sale", line=line, fault=f'"{text[:30]}" is no date')


def _by(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 made aware where it is read


def _columns(heading: Sequence[str]) -> dict[str, int]:
    known = {text.strip().casefold(): at for at, text in reversed(list(enumerate(heading)))}
    found = {
        name: next((known[word] for word in words if word in known), None) for name, words in _COLUMNS.items()
    }
    return {name: at for name, at in found.items() if at is not None}


def _rows(text: str) -> list[tuple[int, list[str]]]:
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))  # noqa: PERF401 line_num moves
    except csv.Error as fault:
        raise MatineeError("cloud.bad_sale", line=reader.line_num, fault=fault) from fault
    return rows


def _text(content: bytes) -> str:
    if len(content) > LARGEST_BYTES:
        raise MatineeError("cloud.bad_sale", line=1, fault=f"more than {LARGEST_BYTES >> 20} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
