"""What was sold and wished for, at desks, and elsewhere as it was imported: asked of the table ``fact``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from provisioning.cloud.figures import ItemSales

SALES = """
    WITH began AS (
        SELECT event, min(happened) AS at FROM fact WHERE kind = 'show_started' GROUP BY event
    ), sold AS (
        SELECT event, json ->> '$.item' AS item, json ->> '$.currency' AS currency, happened,
            false AS elsewhere, 1 AS units,
            coalesce(TRY_CAST(json ->> '$.amount_minor' AS BIGINT), 0) AS minor
        FROM fact WHERE kind = 'paid' AND box <> '' AND coalesce(json ->> '$.refunds', '') = ''
            AND (box, json ->> '$.payment') NOT IN (
                SELECT (box, json ->> '$.refunds') FROM fact
                WHERE kind = 'paid' AND json ->> '$.refunds' IS NOT NULL)
        UNION ALL
        SELECT event, json ->> '$.item', json ->> '$.currency', happened, true,
            TRY_CAST(json ->> '$.units' AS INTEGER), TRY_CAST(json ->> '$.amount_minor' AS BIGINT)
        FROM fact WHERE kind = 'sold_elsewhere' AND box = '' AND json ->> '$.returned' = 'false'
            AND (event, json ->> '$.reference') NOT IN ( -- a desk wrote it down, too
                SELECT (event, json ->> '$.claim') FROM fact
                WHERE kind = 'paid' AND box <> '' AND coalesce(json ->> '$.claim', '') <> '')
    )
    SELECT event, item, currency, coalesce(sum(units) FILTER (NOT elsewhere), 0),
        coalesce(sum(units) FILTER (elsewhere), 0),
        coalesce(sum(units) FILTER (sold.happened >= began.at
            AND sold.happened < began.at + INTERVAL 72 HOUR), 0),
        sum(minor)
    FROM sold LEFT JOIN began USING (event)
    WHERE item IS NOT NULL AND currency IS NOT NULL
    GROUP BY ALL ORDER BY ALL
"""

WISHES = """
    SELECT event, drop_id, count(DISTINCT (box, json ->> '$.wish')) FROM fact
    WHERE kind = 'wished' AND drop_id IS NOT NULL AND (box, json ->> '$.wish') NOT IN (
        SELECT (box, json ->> '$.wish') FROM fact WHERE kind = 'unwished' AND json ->> '$.wish' IS NOT NULL)
    GROUP BY ALL ORDER BY ALL
"""


def sales_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[ItemSales, ...]]:
    """What ``SALES`` found, by event."""
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
