"""Ways to break the product on purpose, in the process that calls ``apply``: checkers must catch each."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from appliance.store import database, group_commit
from appliance.store.database import Database, Durability, Transaction

_fsync = os.fsync
_writing_connection = Database._writing_connection  # noqa: SLF001 it is what a mutant breaks


def apply(name: str) -> None:
    """Break what ``name`` says; empty: nothing."""
    if name:
        MUTANTS[name]()


def database_never_flushes() -> None:
    """``PRAGMA synchronous=OFF``, as a hurried programmer would have it."""

    class Careless:
        def __init__(self, connection: Any) -> None:  # noqa: ANN401 a connection
            self._connection = connection

        def execute(self, sql: str, *parameters: Any) -> Any:  # noqa: ANN401
            off = "PRAGMA synchronous=OFF"
            return self._connection.execute(off if "synchronous" in sql else sql, *parameters)

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            return getattr(self._connection, name)

    Database._writing_connection = lambda self: Careless(_writing_connection(self))  # type: ignore[method-assign,assignment,return-value] # noqa: SLF001


def told_before_commit() -> None:
    """The group writer answers its callers before the COMMIT."""

    def commit(self: group_commit.GroupWriter, jobs: list[Any]) -> None:
        with suppress(Exception), self._database.transaction(Durability.FULL) as tx:
            for answer in [job.run(tx) for job in jobs]:
                answer()

    group_commit.GroupWriter._commit = commit  # type: ignore[method-assign] # noqa: SLF001


def saved_in_pieces() -> None:
    """Each statement is its own transaction."""
    whole = Transaction.execute

    def execute(self: Transaction, *arguments: Any) -> int:  # noqa: ANN401
        changed = whole(self, *arguments)
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")
        return changed

    @contextmanager
    def no_savepoint(_self: Transaction) -> Iterator[None]:
        yield

    Transaction.execute = execute  # type: ignore[method-assign,assignment]
    database.Transaction.savepoint = no_savepoint  # type: ignore[method-assign,assignment]


def files_never_flushed() -> None:
    """No fsync of files, before a rename or otherwise; folders are."""
    os.fsync = lambda handle: None if _is_file(handle) else _fsync(handle)


def renamed_before_flush() -> None:
    """The final name first, durably; the fsync of the bytes after it."""
    late: list[int] = []

    def fsync(handle: int) -> None:
        if _is_file(handle):
            late.append(os.dup(handle))
            return
        _fsync(handle)
        folder = _path_of(handle)
        for waiting in [held for held in late if str(Path(_path_of(held)).parent) == folder]:
            late.remove(waiting)
            _fsync(waiting)
            os.close(waiting)

    os.fsync = fsync  # type: ignore[assignment]


def names_never_flushed() -> None:
    """No fsync of folders."""
    os.fsync = lambda handle: _fsync(handle) if _is_file(handle) else None


def _path_of(handle: int) -> str:
    """Where the file of ``handle`` lies now."""
    return str(Path(f"/proc/self/fd/{handle}").readlink())


def _is_file(handle: int) -> bool:
    return stat.S_ISREG(os.fstat(handle).st_mode)


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        database_never_flushes,
        told_before_commit,
        saved_in_pieces,
        files_never_flushed,
        renamed_before_flush,
        names_never_flushed,
    )
}
