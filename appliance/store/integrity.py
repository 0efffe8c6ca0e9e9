"""Whether a file of rows is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_MOST_FAULTS = 20


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong in the file at ``path`` (integrity and foreign keys); empty if it is whole."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            wrong = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST_FAULTS})")]
            loose = [
                f"row {row[1]} of {row[0]} names a row of {row[2]} that is not there"
                for row in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS)
            ]
    except sqlite3.DatabaseError as fault:
        return [str(fault)]
    return [*(line for line in wrong if line != "ok"), *loose]
