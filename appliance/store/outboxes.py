"""Every owner's outbox, as sync reads them: read-only, and none of them has to be there yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from appliance.errors import MatineeError
from appliance.model.removal import Release
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outbox import Lane, OutboxMessage, messages_after
from appliance.store.removal_rows import release_of
from appliance.store.sync_rows import Cursor

Answer = TypeVar("Answer")
Other = TypeVar("Other")

OWNERS = (Service.PORTAL, Service.SHOW, Service.CAPTURE, Service.CONSOLE)
"""Whose outboxes are read."""

_FILES = (
    "length(body) + (SELECT coalesce(sum(json_extract(value, '$.size_bytes')), 0)"
    " FROM json_each(iif(json_valid(body), body, '{}'), '$.files'))"
)
_SIZES = {Lane.PEOPLE: "length(body)", Lane.FACTS: "length(body)", Lane.CLIPS: _FILES}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one outbox holds behind a cursor."""

    count: int
    size_bytes: int
    oldest: datetime | None


class Outboxes:
    """Safe to use from any thread. A damaged file does not keep the others from being read."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened yet; a file is looked for again each time until it is there."""
        self._paths = paths
        self._open: dict[Service, Database] = {}
        self._faults: dict[Service, MatineeError] = {}

    @property
    def faults(self) -> tuple[str, ...]:
        """Sentences on the files that could not be read last time."""
        return tuple(fault.sentence for _, fault in sorted(self._faults.items()))

    def is_there(self, owner: Service) -> bool:
        """Tell whether the owner's file is there, migrated and readable."""
        return self._ask(owner, lambda _: True, otherwise=False)

    def after(self, owner: Service, lane: Lane, seq: int, limit: int = 1000) -> list[OutboxMessage]:
        """Rows of ``lane`` behind ``seq``, oldest first; none while the file can not be read."""
        return self._ask(owner, lambda database: messages_after(database, lane, seq, limit), otherwise=[])

    def between(self, owner: Service, lane: Lane, first_seq: int, last_seq: int) -> list[OutboxMessage]:
        """Rows of ``lane`` from ``first_seq`` to ``last_seq``; raises if the file can not be read."""
        limit = last_seq - first_seq + 1
        rows = self._ask(
            owner, lambda database: messages_after(database, lane, first_seq - 1, limit), otherwise=None
        )
        if rows is None:
            missing = MatineeError("store.missing", path=self._paths.database(owner))
            raise self._faults.get(owner, missing)
        return [row for row in rows if row.seq <= last_seq]

    def holds(self, owner: Service, cursor: Cursor) -> bool:
        """Tell whether the row at ``cursor`` is still the one that was read there, as far as can be told."""

        def is_same(database: Database) -> bool:
            rows = database.query("SELECT id FROM outbox WHERE seq = ?", (cursor.seq,))
            return bool(rows) and rows[0]["id"] == cursor.id

        return cursor.seq == 0 or self._ask(owner, is_same, otherwise=True)

    def waiting(self, owner: Service, lane: Lane, seq: int) -> Waiting:
        """How much of ``lane`` lies behind ``seq``."""

        def measure(database: Database) -> Waiting:
            (row,) = database.query(
                f"SELECT count(*) AS n, coalesce(sum({_SIZES[lane]}), 0) AS size, min(at) AS oldest"  # noqa: S608
                " FROM outbox WHERE lane = ? AND seq > ? AND body <> '{}'",
                (lane, seq),
            )
            oldest = datetime.fromisoformat(row["oldest"]) if row["oldest"] else None
            return Waiting(row["n"], row["size"], oldest)

        return self._ask(owner, measure, otherwise=Waiting(0, 0, None))

    def count(self, owner: Service, kind: str, event: str) -> int:
        """How many rows of ``kind`` the owner wrote for ``event``."""
        sql = "SELECT count(*) FROM outbox WHERE kind = ? AND event = ?"
        return self._ask(owner, lambda database: int(database.query(sql, (kind, event))[0][0]), otherwise=0)

    def release(self, clip: str, file: str = "") -> Release:
        """Whether that clip, or ``file`` of it, may leave the box now; held while nobody can say so."""
        return self._ask(
            Service.CAPTURE, lambda database: release_of(database, clip, file), otherwise=Release.HELD
        )

    def versions(self) -> tuple[int, ...]:
        """Numbers that change when any owner commits."""
        return tuple(self._ask(owner, lambda file: file.data_version(), otherwise=-1) for owner in OWNERS)

    def _ask(self, owner: Service, ask: Callable[[Database], Answer], *, otherwise: Other) -> Answer | Other:
        path = self._paths.database(owner)
        try:
            database = self._found(owner, path)
            answer = ask(database) if database else otherwise
        except sqlite3.DatabaseError as fault:
            self._faults[owner] = MatineeError("store.damaged", path=path, fault=fault)
            return otherwise
        except MatineeError as fault:
            if fault.key != "store.missing":
                self._faults[owner] = fault
            return otherwise
        self._faults.pop(owner, None)
        return answer

    def _found(self, owner: Service, path: Path) -> Database | None:
        if owner not in self._open and path.exists():
            database = Database.open_reader(path)
            if database.query("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'"):
                self._open[owner] = database
        return self._open.get(owner)
