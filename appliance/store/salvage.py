"""Make a damaged file usable again: what can be read goes into a fresh one, the old one is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import sqlite_utils

from appliance.ids import new_id
from appliance.paths import Service
from appliance.store.database import Database

_OURS = {"schema_step", "sqlite_sequence"}
"""Tables that the fresh file has filled by itself."""


def salvage(path: Path, owner: Service) -> tuple[int, Path]:
    """Replace the file by one that is whole; return how many rows it holds, and where the damaged one lies.

    The owner must not be running. A power cut in the middle leaves the damaged file in its place.
    """
    kept = path.with_name(f"{path.name}.damaged-{new_id()}")
    fresh = path.with_name(f".{path.name}.{new_id()}")
    Database.open_owner(fresh, owner).close()
    with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
        target.execute("PRAGMA foreign_keys=OFF")
        rows = sum(_copy(path, target, table) for table in _tables(target))
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.execute("PRAGMA journal_mode=DELETE")
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    fresh.rename(path)
    return rows, kept


def _tables(target: sqlite3.Connection) -> list[str]:
    return [name for name in sqlite_utils.Database(target).table_names() if name not in _OURS]


def _copy(path: Path, target: sqlite3.Connection, table: str) -> int:
    """Copy what can be read of ``table``, from its first row and, behind the damage, from its last."""
    copied = 0
    for order in ("ASC", "DESC"):
        readable = closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))
        with suppress(sqlite3.DatabaseError), readable as source:
            for row in source.execute(f"SELECT * FROM {table} ORDER BY rowid {order}"):  # noqa: S608 our schema
                marks = ", ".join("?" * len(row))
                put = f"INSERT OR IGNORE INTO {table} VALUES ({marks})"  # noqa: S608 our schema
                copied += target.execute(put, row).rowcount
            break
    return copied
