"""Bring an owner's file to the newest schema: numbered SQL files, forward only, each once."""

from __future__ import annotations

import sqlite3
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from appliance.errors import MatineeError
from appliance.paths import Service

COMMON = "common"
"""Tables that every owner's file has."""


def steps(owner: Service) -> list[tuple[str, str]]:
    """Return (name, SQL) of every step of ``owner``, oldest first."""
    schema = resources.files("appliance.store").joinpath("schema")
    return [
        (f"{folder}/{step.name}", step.read_text("utf-8"))
        for folder in (COMMON, owner.value)
        for step in sorted(_sql_files(schema.joinpath(folder)), key=lambda step: step.name)
    ]


def migrate(connection: sqlite3.Connection, owner: Service, path: Path) -> None:
    """Apply the missing steps, all or nothing; ``store.newer_schema`` if the file knows more than we."""
    known = steps(owner)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE IF NOT EXISTS schema_step (name TEXT PRIMARY KEY) STRICT")
        done = {row[0] for row in connection.execute("SELECT name FROM schema_step")}
        if not done <= {name for name, _ in known}:
            connection.execute("ROLLBACK")
            raise MatineeError("store.newer_schema", path=path, found=len(done), known=len(known))
        for name, sql in known:
            if name not in done:
                for statement in _statements(sql):
                    connection.execute(statement)
                connection.execute("INSERT INTO schema_step (name) VALUES (?)", (name,))
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as fault:
        raise unusable(path, fault) from fault


def unusable(path: Path, fault: sqlite3.DatabaseError) -> MatineeError:
    """Say what SQLite's ``fault`` means: the file is busy or the disk refuses (for now), or it is damaged."""
    passing = isinstance(fault, sqlite3.OperationalError)
    return MatineeError("store.unusable" if passing else "store.damaged", path=path, fault=fault)


def _sql_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return [step for step in folder.iterdir() if step.name.endswith(".sql")]


def _statements(sql: str) -> list[str]:
    found: list[str] = []
    rest = ""
    for line in sql.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return found
