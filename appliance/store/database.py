"""One SQLite file: its owner writes in short immediate transactions, everybody else reads."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from appliance.errors import MatineeError
from appliance.paths import Service
from appliance.store.migrations import migrate, unusable

Value = str | int | float | bytes | None
Parameters = Sequence[Value] | Mapping[str, Value]
Row = sqlite3.Row

_WRITE_WAIT_MS = 5000
_READERS_AT_ONCE = 8
"""A query takes less than a millisecond, and Python runs one thread at a time."""
_READERS_KEPT = 3
"""As many as ever read at once on few cores; a rush opens more, and they are closed again."""


class Durability(StrEnum):
    """FULL for whatever someone is told is saved; NORMAL may lose the last moment in a power cut."""

    FULL = "FULL"
    NORMAL = "NORMAL"


class Transaction:
    """The one write transaction that is open; use it only inside its ``with``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; return the number of rows it changed."""
        return self._connection.execute(sql, parameters).rowcount

    def query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Rows as this transaction sees them."""
        return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo only what happens in here if it raises."""
        self._connection.execute("SAVEPOINT row")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO row")
            self._connection.execute("RELEASE row")
            raise
        self._connection.execute("RELEASE row")


class Database:
    """A file of rows. Safe to use from any thread: one writer at a time, and readers lent for one query each.

    A connection of each thread's own would be some 150 kB and two descriptors, times threads, times files.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        """Use ``open_owner`` or ``open_reader``."""
        self.path = path
        self._writing = threading.Lock()
        self._writer = _connect(path) if writable else None
        self._idle: deque[sqlite3.Connection] = deque()
        self._kept = _READERS_KEPT
        self._turns = threading.BoundedSemaphore(_READERS_AT_ONCE)
        self._watching = threading.Lock()
        self._watch: sqlite3.Connection | None = None

    @classmethod
    def open_owner(cls, path: Path, owner: Service) -> Database:
        """Open for writing, made and migrated as needed; only the owner's process may."""
        database = cls(path, writable=True)
        migrate(database._writing_connection(), owner, path)
        return database

    @classmethod
    def open_reader(cls, path: Path) -> Database:
        """Open somebody else's file; ``store.missing`` if it is not there yet."""
        if not path.exists():
            raise MatineeError("store.missing", path=path)
        return cls(path, writable=False)

    @contextmanager
    def transaction(self, durability: Durability = Durability.FULL) -> Iterator[Transaction]:
        """BEGIN IMMEDIATE ... COMMIT, rolled back if anything raises. Nothing slow belongs inside.

        A disk that refuses raises ``store.not_saved``: then nothing of it is saved.
        """
        connection = self._writing_connection()
        with self._writing:
            try:
                connection.execute(f"PRAGMA synchronous={durability}")
                connection.execute("BEGIN IMMEDIATE")
                yield Transaction(connection)
                connection.execute("COMMIT")
            except sqlite3.OperationalError as fault:
                _roll_back(connection)
                raise MatineeError("store.not_saved", fault=fault) from fault
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def shredding(self) -> Iterator[Transaction]:
        """As ``transaction``; what it deletes or empties is overwritten in the file, and in its journal."""
        connection = self._writing_connection()
        with self.transaction() as tx:
            yield tx
        with self._writing:
            try:
                # A reader may keep it: the next round does it.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.OperationalError as fault:
                raise MatineeError("store.not_saved", fault=fault) from fault

    def query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Committed rows, as of now.

        ``store.missing`` until the owner has made its tables, ``store.damaged`` if SQLite says so.
        """
        with self._readable(), self._lent() as reader:
            return reader.execute(sql, parameters).fetchall()

    def data_version(self) -> int:
        """A number that changes when the owner commits, the same for all threads: cheap to poll."""
        with self._readable(), self._watching:
            if self._watch is None:
                self._watch = _connect(self.path, reading=True)
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the writer and the readers; one that is lent just now, when it comes back."""
        self._kept = 0
        readers = [self._idle.pop() for _ in range(len(self._idle))]
        for connection in (self._writer, self._watch, *readers):
            if connection is not None:
                connection.close()

    def _writing_connection(self) -> sqlite3.Connection:
        if self._writer is None:
            raise PermissionError(self.path)
        return self._writer

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as fault:
            if str(fault).startswith("no such table"):
                raise MatineeError("store.missing", path=self.path) from fault
            raise unusable(self.path, fault) from fault

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """The reader that was used last, whose pages are warm; a new one if all are lent.

        A rush waits its turn: SQLite keeps the descriptor of a closed reader while another has the file open.
        """
        with self._turns:
            try:
                reader = self._idle.pop()
            except IndexError:
                reader = _connect(self.path, reading=True)
            try:
                yield reader
            finally:
                if len(self._idle) < self._kept:
                    self._idle.append(reader)
                else:
                    reader.close()


def _connect(path: Path, *, reading: bool = False) -> sqlite3.Connection:
    target = f"{path.absolute().as_uri()}?mode={'ro' if reading else 'rwc'}"
    try:
        connection = sqlite3.connect(
            target,
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=_WRITE_WAIT_MS / 1000,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys=ON")
        if not reading:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA secure_delete=ON")  # what somebody takes back is gone from the card
    except sqlite3.DatabaseError as fault:
        raise unusable(path, fault) from fault
    return connection


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
