"""Two real boxes that never spoke let the same pass in; their facts meet in the bucket."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import ClockTrust, HeldClock
from appliance.ids import BoxId
from appliance.model.door import DoorAnswer
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import Pusher
from lab.door_desk import DoorBox, door_box, evening
from provisioning.cloud.figures_json import as_json
from provisioning.cloud.figures_table import table
from provisioning.cloud.report import report

TONIGHT = evening()


def push(box: DoorBox, name: str, bucket: FolderBucket, clock: HeldClock) -> None:
    database = Database.open_owner(box.paths.database(Service.SYNC), Service.SYNC)
    rows = SyncRows(database, clock)
    pusher = Pusher(BoxId(name), bucket, rows, Outboxes(box.paths), box.paths.clips, clock)
    clock.advance(3600)
    while pusher.step():
        clock.advance(60)
    database.close()


def test_a_pass_used_at_two_doors_is_found_counts_once_and_is_reported(tmp_path: Path) -> None:
    organiser, folder = tmp_path / "organiser", tmp_path / "bucket"
    folder.mkdir()
    bucket = FolderBucket(folder)
    early, late = HeldClock(trust=ClockTrust.PROVEN), HeldClock(trust=ClockTrust.PROVEN)
    late.advance(timedelta(minutes=20).total_seconds())
    a = door_box(Paths(tmp_path / "a").ensure(), late, organiser, "a")
    b = door_box(Paths(tmp_path / "b").ensure(), early, organiser, "b")
    copied, honest, undone = a.pass_of(TONIGHT), a.pass_of(TONIGHT), a.pass_of(TONIGHT)
    assert a.enter(TONIGHT, copied).answer is DoorAnswer.LET_IN
    assert b.enter(TONIGHT, copied).answer is DoorAnswer.LET_IN
    assert a.enter(TONIGHT, honest).answer is DoorAnswer.LET_IN
    a.undo(TONIGHT, a.enter(TONIGHT, undone).act)
    b.walk_in(TONIGHT, people=3)
    earlier = a.pass_of(evening(event="last-friday"))
    assert a.enter(TONIGHT, earlier).answer is DoorAnswer.LET_IN
    again = a.desk.passes.sign(replace(a.desk.reader.read(earlier), stamps=3))
    assert b.enter(TONIGHT, again).answer is DoorAnswer.LET_IN
    push(a, "a", bucket, late)
    push(b, "b", bucket, early)
    a.close()
    b.close()
    figures = report(bucket, tmp_path / "cache")
    (tonight,) = [event for event in figures.events if event.event == TONIGHT.id]
    assert tonight.checked_in == 1 + 1 + 3 + 1
    assert tonight.came_again == 1
    assert {(double.counted.box, double.beside.box) for double in figures.doubles} == {("b", "a")}
    assert len(figures.doubles) == 2
    assert "used at two doors of harbour-lights: at b" in table(figures)
    assert len(json.loads(as_json(figures))["doubles"]) == 2
