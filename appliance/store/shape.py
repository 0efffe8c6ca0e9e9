"""What a file of rows looks like from outside: the steps it went through, how much is in it; no row."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from appliance.store.database import Database


def shape_of(path: Path) -> dict[str, object]:
    """Steps of its schema, rows by table, bytes; what ``Database.open_reader`` and ``query`` raise."""
    with closing(Database.open_reader(path)) as database:
        tables = database.query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        steps = database.query("SELECT name FROM schema_step ORDER BY name")
        return {
            "bytes": path.stat().st_size,
            "steps": [row["name"] for row in steps],
            "rows": {row["name"]: _count(database, row["name"]) for row in tables},
        }


def _count(database: Database, table: str) -> int:
    ((count,),) = database.query(f'SELECT count(*) FROM "{table}"')  # noqa: S608 a name of our own schema
    return int(count)
