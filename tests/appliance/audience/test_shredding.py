"""People's rows go when their time is up: out of the rows, and out of the file's own bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from appliance.audience.shredding import PeopleShredder
from appliance.clock import ClockTrust, HeldClock
from appliance.ids import BoxId, EventId
from appliance.manifest.event_folder import lay_event
from appliance.model.keeping import Keeping
from appliance.paths import Paths, Service
from appliance.store.audience_rows import AudienceRows
from appliance.store.database import Database
from appliance.store.keeping_rows import KeepingRows
from appliance.store.outbox import Lane, Outbox, messages_after
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import Cursor, Part, Plan, SyncRows
from lab.evening import MANIFEST, PACKING

CANARY = "sealed-canary-71c4"
EVENT = "small-evening"


class Box:
    """An audience with people's rows, and a sync that says which of them are in the bucket."""

    def __init__(self, paths: Paths, clock: HeldClock) -> None:
        self.paths, self.clock = paths, clock
        self.audience = AudienceRows.owner(paths).database
        self.outbox = Outbox(BoxId("box"), clock)
        self.sync = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        self.console = Database.open_owner(paths.database(Service.CONSOLE), Service.CONSOLE)
        self.shredder = PeopleShredder(paths, self.audience, self.outbox, clock)

    def close(self) -> None:
        for database in (self.audience, self.sync, self.console):
            database.close()

    def sign_up(self, count: int) -> None:
        with self.audience.transaction() as tx:
            for _ in range(count):
                self.outbox.person(tx, "sign_up", EVENT, "receipt", CANARY * 20)

    def push(self) -> None:
        """All that waits is planned and in the bucket."""
        rows = SyncRows(self.sync, self.clock)
        at = rows.cursor(Service.PORTAL, Lane.PEOPLE)
        waiting = messages_after(self.audience, Lane.PEOPLE, at.seq)
        part = Part(Service.PORTAL, waiting[0].seq, waiting[-1].seq)
        plan = Plan(Lane.PEOPLE, EVENT, self.clock.now().date(), len(waiting), (part,))
        rows.plan(Lane.PEOPLE, [plan], {Service.PORTAL: Cursor(waiting[-1].seq, waiting[-1].id)})
        stored = rows.next_open(Lane.PEOPLE)
        assert stored is not None
        rows.mark_stored(stored)

    def people(self) -> int:
        return len(messages_after(self.audience, Lane.PEOPLE, 0))

    def raw(self) -> int:
        """How often it can be read in the file and its journal."""
        files = (self.paths.root / f"audience.db{end}" for end in ("", "-wal"))
        return sum(file.read_bytes().count(CANARY.encode()) for file in files if file.exists())

    def facts(self, kind: str) -> int:
        return sum(row.kind == kind for row in messages_after(self.audience, Lane.FACTS, 0))


@pytest.fixture
def box(paths: Paths, clock: HeldClock) -> Iterator[Box]:
    box = Box(paths, clock)
    yield box
    box.close()


def days(count: float) -> float:
    return timedelta(days=count).total_seconds()


def test_seven_days_after_they_are_in_the_bucket_sign_ups_are_gone_to_the_last_byte(box: Box) -> None:
    box.sign_up(30)
    assert box.raw() > 0
    box.push()
    box.clock.advance(days(6.9))
    assert box.shredder.round() == 0
    assert box.people() == 30
    box.clock.advance(days(0.2))
    assert box.shredder.round() == 30
    assert (box.people(), box.raw()) == (0, 0)
    assert box.facts("people_shredded") == 1
    assert box.shredder.round() == 0
    assert box.facts("people_shredded") == 1


def test_what_is_not_in_the_bucket_stays_however_long_it_takes(box: Box) -> None:
    box.sign_up(3)
    box.push()
    box.sign_up(4)
    box.clock.advance(days(400))
    assert box.shredder.round() == 3
    assert box.people() == 4


def test_rows_of_a_file_that_was_replaced_are_not_taken_for_those_in_the_bucket(box: Box) -> None:
    box.sign_up(3)
    box.push()
    SyncRows(box.sync, box.clock).rewind(Service.PORTAL, Lane.PEOPLE)  # same numbers, other rows
    box.clock.advance(days(8))
    assert box.shredder.round() == 0
    assert box.people() == 3


def test_sync_still_knows_the_file_and_brings_nothing_empty_up(box: Box) -> None:
    box.sign_up(3)
    box.push()
    cursor = SyncRows(box.sync, box.clock).cursor(Service.PORTAL, Lane.PEOPLE)
    box.clock.advance(days(8))
    assert box.shredder.round() == 3
    outboxes = Outboxes(box.paths)
    assert outboxes.holds(Service.PORTAL, cursor)
    assert outboxes.after(Service.PORTAL, Lane.PEOPLE, 0) == []
    assert outboxes.waiting(Service.PORTAL, Lane.PEOPLE, 0).count == 0
    box.sign_up(1)
    assert len(outboxes.after(Service.PORTAL, Lane.PEOPLE, cursor.seq)) == 1


@pytest.mark.parametrize("trust", [ClockTrust.NONE, ClockTrust.TOLD])
def test_a_clock_that_jumps_without_proof_takes_nobody(box: Box, trust: ClockTrust) -> None:
    box.sign_up(3)
    box.push()
    box.clock.set_wall(box.clock.now() + timedelta(days=5000))
    box.clock.trust = trust
    assert box.shredder.round() == 0
    assert box.people() == 3


def test_what_setup_says_counts_and_can_be_taken_back_for_a_day(box: Box) -> None:
    box.sign_up(3)
    box.push()
    box.clock.advance(days(3))
    said = KeepingRows(box.console)
    said.say(Keeping(people_days=2), box.clock.now(), "organiser")
    box.clock.advance(days(0.5))
    assert box.shredder.round() == 0
    said.say(Keeping(), box.clock.now(), "organiser")
    box.clock.advance(days(2))
    assert box.shredder.round() == 0
    said.say(Keeping(people_days=2), box.clock.now(), "organiser")
    box.clock.advance(days(1))
    assert box.shredder.round() == 3


def put_on_a_list(box: Box) -> None:
    with box.audience.transaction() as tx:
        tx.execute(
            "INSERT INTO guest (id, event, source, remote, sealed, people, refusal)"
            " VALUES ('01G', ?, 'csv', '1', ?, 1, '')",
            (EVENT, CANARY),
        )


def test_names_on_guest_lists_go_after_their_evening_and_not_before(box: Box) -> None:
    lay_event(box.paths.events, EventId(EVENT), MANIFEST, PACKING)
    box.clock.set_wall(box.clock.now() - timedelta(days=30))
    assert box.clock.now().date() == date(2026, 10, 28)
    put_on_a_list(box)
    with box.audience.transaction() as tx:
        tx.execute(
            "INSERT INTO attendee VALUES ('01A', ?, ?, ?)", (EVENT, "0" * 64, "2026-10-28T12:00:00.000Z")
        )
    box.clock.advance(days(20))  # long after the list came, long before the evening
    assert box.shredder.round() == 0
    box.clock.advance(days(18))
    assert box.shredder.round() == 1
    assert box.raw() == 0


def test_names_go_also_after_an_evening_to_which_nobody_came(box: Box) -> None:
    lay_event(box.paths.events, EventId(EVENT), MANIFEST, PACKING)
    put_on_a_list(box)
    box.clock.advance(days(6))
    assert box.shredder.round() == 0
    box.clock.advance(days(3))
    assert box.shredder.round() == 1
    assert box.raw() == 0


def test_names_stay_while_nobody_can_say_when_their_evening_is(box: Box) -> None:
    lay_event(box.paths.events, EventId(EVENT), "matinee = 99", PACKING)  # a newer Matinee wrote it
    put_on_a_list(box)
    with box.audience.transaction() as tx:
        tx.execute(
            "INSERT INTO attendee VALUES ('01A', ?, ?, ?)", (EVENT, "0" * 64, "2026-10-28T12:00:00.000Z")
        )
    box.clock.advance(days(400))
    assert box.shredder.round() == 0
