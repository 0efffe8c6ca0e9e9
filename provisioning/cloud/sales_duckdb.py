"""What was sold and wished for, counted by DuckDB: at desks, and elsewhere as it was imported."""

from __future__ import annotations

import duckdb

from provisioning.cloud.figures import ItemSales

_SALES = """
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

_WISHES = """
    SELECT event, drop_id, count(DISTINCT (box, json ->> '$.wish')) FROM fact
    WHERE kind = 'wished' AND drop_id IS NOT NULL AND (box, json ->> '$.wish') NOT IN (
        SELECT (box, json ->> '$.wish') FROM fact WHERE kind = 'unwished' AND json ->> '$.wish' IS NOT NULL)
    GROUP BY ALL ORDER BY ALL
"""


def sales_of(database: duckdb.DuckDBPyConnection) -> dict[str, tuple[ItemSales, ...]]:
    """By event. ``database`` has the table ``fact``."""
    found: dict[str, tuple[ItemSales, ...]] = {}
    for event, item, currency, desk, elsewhere, soon, minor in database.execute(_SALES).fetchall():
        one = ItemSales(item, currency, int(desk), int(elsewhere), int(soon), int(minor or 0))
        found[event] = (*found.get(event, ()), one)
    return found


def wishes_of(database: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """People who would have taken one, by event and drop."""
    found: dict[str, dict[str, int]] = {}
    for event, drop, people in database.execute(_WISHES).fetchall():
        found.setdefault(event, {})[drop] = int(people)
    return found
