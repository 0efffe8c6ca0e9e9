"""Stock and sales as CSV, for a till or a spreadsheet: amounts with a point, moments in UTC."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from appliance.model import money
from appliance.model.counter import Payment, Stand
from appliance.store.outbox import rfc3339

_FORMULA = tuple("=+-@\t\r")


def sales(payments: Iterable[Payment]) -> str:
    """One line for each payment and each refund, oldest first."""
    heads = ("at", "id", "item", "size", "way", "amount", "currency", "tax_percent", "refunds", "desk")
    return _csv(
        heads,
        (
            (
                rfc3339(one.at),
                one.id,
                one.item,
                one.variant,
                one.way.value,
                money.plain(one.amount_minor, one.currency),
                one.currency,
                f"{one.tax_bp / 100:g}",
                one.refunds,
                safe(one.desk),
            )
            for one in payments
        ),
    )


def stock(stands: Iterable[Stand]) -> str:
    """One line for each size of each thing."""
    heads = (
        "item",
        "size",
        "title",
        "stock",
        "reserved",
        "collected",
        "left",
        "waiting",
        "price",
        "currency",
    )
    return _csv(
        heads,
        (
            (
                one.drop,
                one.variant,
                safe(one.title),
                str(one.stock),
                str(one.taken),
                str(one.collected),
                str(one.left),
                str(one.waiting),
                money.plain(one.price_minor, one.currency),
                one.currency,
            )
            for one in stands
        ),
    )


def safe(text: str) -> str:
    """Words that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue()
