from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.store.database import Database, Transaction
from appliance.store.group_commit import GroupWriter
from lab.projector import eventually


@pytest.fixture
def database(paths: Paths) -> Database:
    database = Database.open_owner(paths.database(Service.PORTAL), Service.PORTAL)
    with database.transaction() as tx:
        tx.execute("CREATE TABLE line (text TEXT UNIQUE) STRICT")
    return database


@pytest.fixture
def writer(database: Database) -> Iterator[GroupWriter]:
    writer = GroupWriter(database)
    yield writer
    writer.close()


def _add(text: str) -> object:
    def work(tx: Transaction) -> str:
        tx.execute("INSERT INTO line (text) VALUES (?)", (text,))
        return text

    return work


def _lines(database: Database) -> set[str]:
    return {row["text"] for row in database.query("SELECT text FROM line")}


def test_what_is_returned_is_committed(database: Database, writer: GroupWriter) -> None:
    assert writer.write(_add("one")) == "one"
    assert _lines(database) == {"one"}


def test_many_at_once_share_commits_and_each_hears_of_their_own(
    database: Database, writer: GroupWriter
) -> None:
    held = threading.Event()
    started = threading.Event()

    def slow(_tx: Transaction) -> None:
        started.set()
        held.wait(10)

    commits_before = database.data_version()
    with ThreadPoolExecutor(101) as many:
        first = many.submit(writer.write, slow)
        started.wait(10)
        others = [many.submit(writer.write, _add(str(n))) for n in range(100)]
        held.set()
        first.result()
        assert [other.result() for other in others] == [str(n) for n in range(100)]
    assert len(_lines(database)) == 100
    assert database.data_version() != commits_before


def test_one_callers_fault_undoes_only_their_own_rows(database: Database, writer: GroupWriter) -> None:
    def half_done(tx: Transaction) -> None:
        tx.execute("INSERT INTO line (text) VALUES ('half')")
        raise MatineeError("portal.no_event")

    held = threading.Event()
    with ThreadPoolExecutor(3) as many:
        blocking = many.submit(writer.write, lambda _tx: held.wait(10))
        bad = many.submit(writer.write, half_done)
        good = many.submit(writer.write, _add("good"))
        held.set()
        blocking.result()
        with pytest.raises(MatineeError, match="no evening"):
            bad.result()
        assert good.result() == "good"
    assert _lines(database) == {"good"}


def test_a_disk_that_refuses_acknowledges_nobody(database: Database, writer: GroupWriter) -> None:
    with database.transaction() as tx:
        tx.query(f"PRAGMA max_page_count = {database.query('PRAGMA page_count')[0][0]}")
    with pytest.raises(MatineeError, match="Not saved, please try again"):
        writer.write(_add("x" * 100_000))
    assert _lines(database) == set()
    assert writer.write(_add("short")) == "short"


def test_what_takes_too_long_is_not_called_saved(writer: GroupWriter) -> None:
    held = threading.Event()
    with pytest.raises(MatineeError, match="Not saved"):
        writer.write(lambda _tx: held.wait(10), timeout_s=0.05)
    held.set()


def test_what_waits_is_finished_on_close_and_who_comes_later_is_told(database: Database) -> None:
    writer = GroupWriter(database)
    held = threading.Event()
    started = threading.Event()

    def slow(_tx: Transaction) -> None:
        started.set()
        held.wait(10)

    with ThreadPoolExecutor(3) as many:
        many.submit(writer.write, slow)
        started.wait(10)
        waiting = many.submit(writer.write, _add("waited"))
        eventually(lambda: not writer._waiting.empty())  # noqa: SLF001 else it might come after the end
        closing = many.submit(writer.close)
        held.set()
        closing.result()
        assert waiting.result() == "waited"
    with pytest.raises(MatineeError, match="Not saved"):
        writer.write(_add("late"))
    assert _lines(database) == {"waited"}
