from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.health import checks
from appliance.health.issue import issue, ongoing
from appliance.ids import AttendeeId, BoxId, ClaimId, DropId, EventId, Sha256, ShowId
from appliance.paths import DATABASES, Paths, Service
from appliance.store.audience_rows import AttendeeRow, AudienceRows, ClaimRow
from appliance.store.console_rows import StaffRows
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.store.outbox import Outbox
from appliance.store.show_rows import ShowRows
from cache.media_store import StoredMedia, media_path
from lab.evening import MANIFEST, PACKING

EVENT = EventId("small-evening")


def keys(paths: Paths, clock: HeldClock) -> list[str]:
    return [found.key for found in checks.deep_check(paths, clock)]


def test_an_empty_box_is_well(paths: Paths, clock: HeldClock) -> None:
    assert checks.run_checks(paths, {}, clock) == []
    assert checks.deep_check(paths, clock) == []


def test_a_service_that_does_not_answer_is_an_issue_and_the_show_a_grave_one(
    paths: Paths, clock: HeldClock
) -> None:
    answers = {Service.SHOW: False, Service.SYNC: False, Service.PORTAL: True}
    show, sync = checks.run_checks(paths, answers, clock)
    assert (show.key, show.grave) == ("service_away:show", True)
    assert (sync.key, sync.grave) == ("service_away:sync", False)
    assert "matinee doctor" in show.suggestion


@given(st.integers(0, 10**12))
def test_little_room_is_an_issue_and_hardly_any_a_grave_one(free: int) -> None:
    found = checks.disk(free, HeldClock().now())
    assert bool(found) == (free < checks.LOW_BYTES)
    assert any(low.grave for low in found) == (free < 100_000_000)


def test_an_issue_keeps_the_moment_since_which_it_is_one(clock: HeldClock) -> None:
    first = issue("health.disk_low", "card", clock.now(), free="1 MB")
    clock.advance(60)
    again = issue("health.disk_low", "card", clock.now(), free="0 MB")
    other = issue("health.service_away", "show", clock.now(), service="Show")
    assert [found.since for found in ongoing([first], [again, other])] == [first.since, other.since]
    assert ongoing([first], []) == []


@pytest.mark.parametrize("name", list(DATABASES.values()))
def test_a_file_that_is_no_longer_one_of_rows_is_seen_at_a_glance(
    paths: Paths, clock: HeldClock, name: str
) -> None:
    (paths.root / name).write_bytes(b"\0" * 4096)
    (found,) = checks.run_checks(paths, {}, clock)
    assert found.key == f"damaged:{name}"
    assert found.grave


OWNER = """
import sys
from pathlib import Path
from appliance.paths import Service
from appliance.store.database import Database

owner = Database.open_owner(Path(sys.argv[1]), Service.PORTAL)
with owner.transaction() as tx:
    tx.execute("INSERT INTO wording VALUES (?, 1, 'en', 'x')", (sys.argv[2] * 64,))
print("saved", flush=True)
sys.stdin.readline()
owner.close()
"""


@contextmanager
def an_owner_that_writes(path: Path, letter: str) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(path), letter], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline()
        yield
        owner.communicate(b"\n")


@pytest.mark.parametrize("look", [checks.run_checks, checks.deep_check])
def test_looking_after_the_files_does_not_blind_who_reads_them(
    paths: Paths, look: Callable[[Paths], object]
) -> None:
    """POSIX drops all locks of a process that closes a file (sqlite.org/howtocorrupt.html, 2.2)."""
    path = paths.database(Service.PORTAL)
    with an_owner_that_writes(path, "a"):
        reader = Database.open_reader(path)
        assert len(reader.query("SELECT * FROM wording")) == 1
        look(paths)
    with an_owner_that_writes(path, "b"):
        pass
    with an_owner_that_writes(path, "c"):
        assert len(reader.query("SELECT * FROM wording")) == 3
        with closing(Database.open_reader(path)) as fresh:
            assert len(fresh.query("SELECT * FROM wording")) == 3
    reader.close()


def test_a_file_that_can_not_be_opened_is_not_called_damaged(paths: Paths, clock: HeldClock) -> None:
    (paths.root / "show.db").mkdir()
    (found,) = checks.run_checks(paths, {}, clock)
    assert (found.key, found.grave) == ("unreadable:show.db", True)


def test_damage_inside_a_file_is_seen_by_the_thorough_round(paths: Paths, clock: HeldClock) -> None:
    StaffRows.owner(paths).database.close()
    path = paths.database(Service.CONSOLE)
    content = bytearray(path.read_bytes())
    content[4096 : 4096 + 2000] = b"\xff" * 2000
    path.write_bytes(content)
    assert "damaged:console.db" in keys(paths, clock)


def film(paths: Paths, clock: HeldClock, content: bytes) -> Path:
    sha256 = Sha256("9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0")  # of b"aaa"
    index = MediaRows(Database.open_owner(paths.database(Service.SYNC), Service.SYNC), clock)
    index.add(StoredMedia(sha256, "aaa.mp4", 3, 1000))
    path = media_path(paths.media, sha256)
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def test_a_film_is_compared_with_its_name_byte_by_byte(paths: Paths, clock: HeldClock) -> None:
    path = film(paths, clock, b"aaa")
    assert keys(paths, clock) == []
    path.write_bytes(b"aab")
    assert keys(paths, clock) == [f"film_damaged:{path.name}"]
    path.unlink()
    assert keys(paths, clock) == [f"film_damaged:{path.name}"]


def test_more_reserved_than_there_is_would_be_noticed(paths: Paths, clock: HeldClock) -> None:
    show, audience = ShowRows.owner(paths), AudienceRows.owner(paths)
    with show.database.transaction() as tx:
        show.load(tx, ShowId("01S"), MANIFEST, PACKING, clock.now())
    for number in range(6):
        assert keys(paths, clock) == []
        with audience.database.transaction() as tx:
            attendee = AttendeeId(f"A{number}")
            audience.add_attendee(tx, AttendeeRow(attendee, EVENT, clock.now()), Sha256(f"{number:064}"))
            claim = ClaimRow(ClaimId(f"C{number}"), DropId("poster"), attendee, f"n{number}", clock.now())
            audience.add_claim(tx, EVENT, claim)
    assert keys(paths, clock) == ["oversold:poster"]


def test_one_id_in_two_outboxes_would_be_noticed(paths: Paths, clock: HeldClock) -> None:
    outbox = Outbox(BoxId("box"), clock)
    show, console = ShowRows.owner(paths).database, StaffRows.owner(paths).database
    with show.transaction() as tx:
        twice = outbox.fact(tx, "show_started", EVENT)
    with console.transaction() as tx:
        outbox.fact(tx, "show_started", EVENT)
    assert keys(paths, clock) == []
    with console.transaction() as tx:
        tx.execute("UPDATE outbox SET id = ?", (twice,))
    assert keys(paths, clock) == [f"outbox_twice:{twice}"]
