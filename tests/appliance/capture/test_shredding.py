"""Clips go when their time is up: never one that should still go up, never while the house is filmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from appliance.capture.shredding import ClipShredder
from appliance.clock import ClockTrust, HeldClock
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, Sha256, ShowId
from appliance.model.capture import ClipFile, ClipState, Moment, NewClip, Run, RunId, StopReason
from appliance.paths import Paths, Service
from appliance.store.capture_rows import CaptureRows
from appliance.store.database import Database
from appliance.store.outbox import Lane, Outbox, messages_after
from appliance.store.sync_rows import Part, Plan, SyncRows

EVENT = EventId("friday")
CANARY = b"clip-canary-19d2"


class Room:
    """Clips of an evening, and a sync that says which of their files are in the bucket."""

    def __init__(self, paths: Paths, clock: HeldClock) -> None:
        self.paths, self.clock = paths, clock
        self.rows = CaptureRows.owner(paths, Outbox(BoxId("box"), clock))
        self.sync = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        self.shredder = ClipShredder(paths, self.rows, clock)
        self.run = Run(RunId("run"), EVENT, ShowId("show"), ItemId("qa"), "clip", 0, clock.now(), clock.now())
        self.rows.run_began(self.run)

    def close(self) -> None:
        self.rows.database.close()
        self.sync.close()

    def clip(self, name: str) -> NewClip:
        moment = Moment(
            id=MomentId(f"M{name}"), clip=ClipId(name), run=self.run.id, event=EVENT, show=self.run.show,
            item=self.run.item, by="operator", at=self.clock.now(), position_ms=0, pre_roll_ms=0,
            post_roll_ms=0,
        )  # fmt: skip
        self.rows.moment_marked(moment)
        files = tuple(
            ClipFile("landscape", kind, f"{name}.landscape.{kind}", len(CANARY), Sha256("0" * 64))
            for kind in ("mp4", "jpg", "json")
        )
        for file in files:
            (self.paths.clips / file.name).write_bytes(CANARY)
        made = NewClip(ClipId(name), 1000, 0, 1280, 720, files)
        self.rows.clip_made(moment, made, self.clock.now())
        return made

    def push(self, clip: NewClip, count: int = 3) -> None:
        rows = SyncRows(self.sync, self.clock)
        for file in clip.files[:count]:
            part = (Part(Service.CAPTURE, 1, 1),)
            plan = Plan(Lane.CLIPS, EVENT, self.clock.now().date(), 1, part, file.name, file.sha256)
            rows.plan(Lane.CLIPS, [plan], {})
            stored = rows.next_open(Lane.CLIPS)
            assert stored is not None
            rows.mark_stored(stored)

    def wait(self, days: float) -> None:
        self.clock.advance(timedelta(days=days).total_seconds())

    def files(self) -> list[str]:
        return sorted({path.name.partition(".")[0] for path in self.paths.clips.iterdir()})


@pytest.fixture
def room(paths: Paths, clock: HeldClock) -> Iterator[Room]:
    room = Room(paths, clock)
    room.rows.run_ended(room.run, clock.now(), StopReason.LEASE_ENDED)
    yield room
    room.close()


def test_a_clip_goes_thirty_days_after_it_is_in_the_bucket_and_says_so(room: Room) -> None:
    clip = room.clip("A")
    room.rows.approve(clip.clip, room.clock.now())
    room.wait(10)
    room.push(clip)
    room.wait(29)
    assert room.shredder.round() == ""
    room.wait(2)
    assert room.shredder.round() == "A"
    assert room.files() == []
    (left,) = room.rows.clips()
    assert left.state is ClipState.FAILED
    assert "shredded 30 days on" in left.why
    kinds = [row.kind for row in messages_after(room.rows.database, Lane.FACTS, 0)]
    assert kinds.count("clip_shredded") == 1
    assert room.rows.uncut() == []
    assert room.shredder.round() == ""


def test_an_approved_clip_that_is_not_all_in_the_bucket_stays(room: Room) -> None:
    clip = room.clip("A")
    room.rows.approve(clip.clip, room.clock.now())
    room.push(clip, 2)
    room.wait(400)
    assert room.shredder.round() == ""
    assert room.files() == ["A"]


def test_what_nobody_approved_goes_thirty_days_after_it_was_made_one_a_round(room: Room) -> None:
    room.clip("A")
    room.clip("B")
    room.wait(31)
    room.clip("C")
    assert (room.shredder.round(), room.shredder.round(), room.shredder.round()) == ("A", "B", "")
    assert room.files() == ["C"]


def test_while_the_house_is_filmed_and_while_nobody_knows_the_time_nothing_goes(room: Room) -> None:
    room.clip("A")
    room.wait(31)
    room.clock.trust = ClockTrust.NONE
    assert room.shredder.round() == ""
    room.clock.trust = ClockTrust.PROVEN
    now = room.clock.now()
    room.rows.run_began(Run(RunId("run2"), EVENT, ShowId("show"), ItemId("qa"), "clip", 0, now, now))
    assert room.shredder.round() == ""


def test_bytes_that_a_power_cut_left_behind_are_cleared_away_at_the_next_start(room: Room) -> None:
    room.clip("A")
    room.clip("B")
    room.wait(31)
    room.rows.clip_shredded(room.rows.clip(ClipId("A")), "gone")  # the power went before the files did
    assert room.files() == ["A", "B"]
    room.shredder.clear_away()
    assert room.files() == ["B"]


def test_what_a_reel_was_made_of_stays_until_the_reel_has_gone(room: Room) -> None:
    """A reel is free only while all its parts are: without its rows nobody could hold it back."""
    room.clip("A")
    room.wait(10)
    room.clip("R")
    with room.rows.database.transaction() as tx:
        tx.execute("INSERT INTO reel_part VALUES ('R', 'A')")
    room.wait(25)
    assert room.shredder.round() == ""
    room.wait(10)
    assert (room.shredder.round(), room.shredder.round()) == ("R", "A")


def test_parts_of_a_reel_that_was_taken_down_go_in_their_time(room: Room) -> None:
    room.clip("A")
    room.clip("R")
    with room.rows.database.transaction() as tx:
        tx.execute("INSERT INTO reel_part VALUES ('R', 'A')")
        tx.execute("UPDATE clip SET withdrawn_at = made_at WHERE id = 'R'")
    room.wait(31)
    assert room.shredder.round() == "A"


def test_the_days_of_a_clip_that_a_wrong_clock_made_count_from_when_the_time_was_known(room: Room) -> None:
    """A box from the cupboard, without a line: by its clock last night was two months ago."""
    tonight = room.clock.now()
    room.clock.trust = ClockTrust.NONE
    room.clock.set_wall(tonight - timedelta(days=60))
    room.clip("A")
    room.clock.trust = ClockTrust.PROVEN
    room.clock.set_wall(tonight)
    assert room.shredder.round() == ""
    room.wait(29)
    assert room.shredder.round() == ""
    room.wait(2)
    assert room.shredder.round() == "A"


def test_a_clip_at_which_somebody_waits_stays_so_that_the_bucket_can_be_told(room: Room) -> None:
    clip = room.clip("A")
    room.rows.approve(clip.clip, room.clock.now())
    room.push(clip)
    with room.rows.database.transaction() as tx:
        tx.execute(
            "INSERT INTO removal (id, event, clip, asker, words, asked_at)"
            " VALUES ('W', ?, 'A', 'ann', 'red scarf', '2026-11-27T22:00:00.000Z')",
            (EVENT,),
        )
    room.wait(60)
    assert room.shredder.round() == ""
    with room.rows.database.transaction() as tx:
        tx.execute("INSERT INTO removal_answer VALUES ('W', 'A', 'not_in_it', '2026-11-28T22:00:00.000Z')")
    assert room.shredder.round() == "A"
    ((words,),) = room.rows.database.query("SELECT words FROM removal")
    assert words == "", "how they were to be found goes with the last picture"


def test_a_clip_that_is_approved_while_it_is_about_to_go_stays(room: Room) -> None:
    clip = room.clip("A")
    about_to_go = room.rows.clip(clip.clip)
    room.rows.approve(clip.clip, room.clock.now())
    assert not room.rows.clip_shredded(about_to_go, "gone")
    assert room.rows.clip(clip.clip).state is ClipState.APPROVED
