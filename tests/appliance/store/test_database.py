from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from appliance.paths import DATABASES, Paths, Service
from appliance.store.database import Database, Durability


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = Database.open_owner(tmp_path / "show.db", Service.SHOW)
    with opened.transaction() as tx:
        tx.execute("CREATE TABLE tally (n INTEGER) STRICT")
    return opened


def count(database: Database) -> int:
    return int(database.query("SELECT count(*) FROM tally")[0][0])


def test_what_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as tx:
        tx.execute("INSERT INTO tally VALUES (1)")
        raise RuntimeError
    assert count(database) == 0


def test_a_savepoint_undoes_only_itself(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute("INSERT INTO tally VALUES (1)")
        with pytest.raises(RuntimeError), tx.savepoint():
            tx.execute("INSERT INTO tally VALUES (2)")
            raise RuntimeError
    assert count(database) == 1


def test_threads_that_read_then_write_lose_no_turn(database: Database) -> None:
    def add() -> None:
        for _ in range(50):
            with database.transaction(Durability.NORMAL) as tx:
                seen = tx.query("SELECT count(*) FROM tally")[0][0]
                tx.execute("INSERT INTO tally VALUES (?)", (seen,))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row[0] for row in database.query("SELECT n FROM tally ORDER BY rowid")] == list(range(200))


def test_each_durability_is_really_set(database: Database) -> None:
    for durability, level in ((Durability.FULL, 2), (Durability.NORMAL, 1)):
        with database.transaction(durability) as tx:
            assert tx.query("PRAGMA synchronous")[0][0] == level


def test_a_reader_can_not_write_and_sees_what_was_committed(database: Database) -> None:
    reader = Database.open_reader(database.path)
    before = reader.data_version()
    with database.transaction() as tx:
        tx.execute("INSERT INTO tally VALUES (1)")
    assert reader.data_version() != before
    assert count(reader) == 1
    with pytest.raises(PermissionError), reader.transaction():
        pass


def test_a_file_that_is_not_there_yet_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(MatineeError, match="does not exist yet"):
        Database.open_reader(tmp_path / "show.db")


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "show.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(MatineeError) as caught:
        Database.open_owner(path, Service.SHOW)
    assert caught.value.key == "store.damaged"


def test_a_file_of_a_newer_matinee_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "show.db"
    Database.open_owner(path, Service.SHOW).close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO schema_step VALUES ('show/9999_future.sql')")
    connection.close()
    with pytest.raises(MatineeError) as caught:
        Database.open_owner(path, Service.SHOW)
    assert caught.value.key == "store.newer_schema"


@pytest.mark.parametrize("owner", DATABASES)
def test_every_owner_has_a_schema_that_applies_twice_and_an_outbox(paths: Paths, owner: Service) -> None:
    Database.open_owner(paths.database(owner), owner).close()
    database = Database.open_owner(paths.database(owner), owner)
    assert database.query("SELECT count(*) FROM outbox")[0][0] == 0
    database.close()


def test_a_disk_that_is_full_says_not_saved_and_keeps_what_was(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute("INSERT INTO tally VALUES (1)")
        pages = tx.query("PRAGMA page_count")[0][0]
        tx.query(f"PRAGMA max_page_count={pages}")
    with pytest.raises(MatineeError) as caught, database.transaction() as tx:
        tx.execute("CREATE TABLE more (x BLOB)")
        tx.execute("INSERT INTO more VALUES (zeroblob(100000))")
    assert caught.value.key == "store.not_saved"
    assert count(database) == 1


def test_a_rush_of_threads_leaves_few_files_open_and_closing_leaves_none(database: Database) -> None:
    rush = threading.Barrier(24)

    def read() -> None:
        rush.wait()
        for _ in range(20):
            count(database)

    threads = [threading.Thread(target=read) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database) == 0
    assert open_files(database.path) < 24  # each thread's own reader would be 48 and more
    database.close()
    assert open_files(database.path) == 0


def test_all_threads_are_told_the_same_version(database: Database) -> None:
    told: list[int] = []
    for _ in range(3):
        thread = threading.Thread(target=lambda: told.append(database.data_version()))
        thread.start()
        thread.join()
    with database.transaction() as tx:
        tx.execute("INSERT INTO tally VALUES (1)")
    assert len(set(told)) == 1
    assert database.data_version() != told[0]


def open_files(path: Path) -> int:
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found += str(descriptor.readlink()).startswith(str(path))
    return found
