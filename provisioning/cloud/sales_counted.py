"""What was paid, at desks, and elsewhere as it was imported; what was wished for: SQL over ``fact``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from provisioning.cloud.figures import ItemSales

STEPS = (
    """
    CREATE TABLE began AS
    SELECT event, box, min(happened) AS began_at, arg_min(boot, happened) AS boot FROM fact
    WHERE kind = 'show_started' AND box <> '' GROUP BY event, box
    """,
    """
    CREATE TABLE first_began AS
    SELECT coalesce(plan.event, shown.event) AS event, CASE
        WHEN shown.sure IS NOT NULL AND (starts IS NULL OR abs(epoch(shown.sure) - epoch(starts)) < 172800)
            THEN shown.sure
        ELSE coalesce(starts, shown.unsure) END AS began_at
    FROM plan FULL JOIN (
        SELECT event, min(happened) FILTER (believed) AS sure, min(happened) AS unsure FROM fact
        WHERE kind = 'show_started' GROUP BY event
    ) AS shown USING (event)
    """,
    """
    CREATE TABLE sold AS
    SELECT paid.event, paid.box, item, currency, false AS elsewhere, 1 AS units,
        coalesce(amount_minor, 0) AS minor, arms, '' AS reference,
        CASE WHEN believed THEN epoch(happened) - epoch(first_began.began_at)
            WHEN paid.boot = began.boot THEN epoch(happened) - epoch(began.began_at) END AS after_s
    FROM fact AS paid LEFT JOIN began USING (event, box) LEFT JOIN first_began USING (event)
    WHERE kind = 'paid' AND paid.box <> '' AND coalesce(refunds, '') = ''
        AND (paid.box, coalesce(payment, '')) NOT IN (
            SELECT (box, refunds) FROM fact WHERE kind = 'paid' AND refunds IS NOT NULL)
        AND item IS NOT NULL AND currency IS NOT NULL
    UNION ALL
    SELECT event, '', item, currency, true, units, amount_minor, NULL, coalesce(reference, ''),
        epoch(happened) - epoch(first_began.began_at)
    FROM fact LEFT JOIN first_began USING (event)
    WHERE kind = 'sold_elsewhere' AND box = '' AND NOT returned
        AND (event, coalesce(reference, '')) NOT IN ( -- a desk wrote it down, too
            SELECT (event, claim) FROM fact WHERE kind = 'paid' AND box <> '' AND claim <> '' AND claim <> id)
        AND item IS NOT NULL AND currency IS NOT NULL
    """,
)

ITEMS = """
    SELECT event, item, currency, coalesce(sum(units) FILTER (NOT elsewhere), 0),
        coalesce(sum(units) FILTER (elsewhere), 0),
        coalesce(sum(units) FILTER (after_s >= 0 AND after_s < 72 * 3600), 0), sum(minor)
    FROM sold GROUP BY ALL ORDER BY ALL
"""

WISHES = """
    SELECT event, drop_id, count(DISTINCT (box, wish)) FROM fact
    WHERE kind = 'wished' AND drop_id IS NOT NULL AND (box, wish) NOT IN (
        SELECT (box, wish) FROM fact WHERE kind = 'unwished' AND wish IS NOT NULL)
    GROUP BY ALL ORDER BY ALL
"""

TAX = """
    SELECT box, currency, coalesce(tax_bp, 0) AS rate, sum(amount_minor), sum(
        sign(amount_minor) * ((2 * abs(amount_minor) * rate + 10000 + rate) // (2 * (10000 + rate))))
    FROM fact WHERE kind = 'paid' AND box <> '' AND amount_minor IS NOT NULL AND currency IS NOT NULL
        AND item <> 'donation' AND coalesce(tax_bp, 0) BETWEEN 0 AND 10000
    GROUP BY ALL ORDER BY ALL
"""
"""Gross and tax by venue and rate, refunds taken off, each payment rounded as ``money.tax_within`` does."""


def sales_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[ItemSales, ...]]:
    """What ``ITEMS`` found, by event."""
    found: dict[str, tuple[ItemSales, ...]] = {}
    for event, item, currency, desk, elsewhere, soon, minor in rows:
        one = ItemSales(item, currency, int(desk), int(elsewhere), int(soon), int(minor or 0))
        found[event] = (*found.get(event, ()), one)
    return found


def wishes_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, int]]:
    """What ``WISHES`` found: people who would have taken one, by event and drop."""
    found: dict[str, dict[str, int]] = {}
    for event, drop, people in rows:
        found.setdefault(event, {})[drop] = int(people)
    return found
