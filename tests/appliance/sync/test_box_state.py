"""``state.json`` from real rows of show, portal and capture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import provisioning
from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import HeldClock
from appliance.config import BoxTable
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId, Sha256, ShowId, new_id
from appliance.manifest.packing_list import PackingList
from appliance.model.show_view import Phase
from appliance.paths import Paths, Service
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.outboxes import Outboxes
from appliance.store.show_rows import ShowRows, Step
from appliance.sync.box_health import HealthWatch
from appliance.sync.box_state import House, StatePutter
from lab.outbox_owners import Owners

AT = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
SAMPLE = Path(provisioning.__file__).parent / "sample" / "event.toml"
KEY = "boxes/box=cafe/state.json"


class Venue:
    """A café whose owners have written, and its state on the way to a folder."""

    def __init__(self, paths: Paths, folder: Path, clock: HeldClock) -> None:
        folder.mkdir()
        self.clock = clock
        self.owners = Owners(paths, clock=clock)
        self.show = ShowRows(self.owners.files[Service.SHOW])
        self.audience = AudienceRows(self.owners.files[Service.PORTAL])
        self.bucket = FolderBucket(folder)
        self.outboxes = Outboxes(paths)
        self.said: tuple[str, ...] = ()
        self.free_bytes = 50_000_000_000
        watch = HealthWatch(self.outboxes, clock, lambda: self.said, lambda: self.free_bytes)
        house = House(paths, BoxTable(id="cafe", name="Café"), self.outboxes, watch.health)
        self.putter = StatePutter(self.bucket, house, clock)

    def load(self) -> None:
        text = SAMPLE.read_text("utf-8")
        with self.show.database.transaction() as tx:
            self.show.load(tx, ShowId("S1"), text, PackingList("harbour-lights", 1), AT)

    def enter(self, item: int) -> None:
        with self.show.database.transaction() as tx:
            self.show.append(tx, ShowId("S1"), Step("entered", Phase.RUNNING, item, item, 0), AT)

    def sign_up(self) -> None:
        attendee = AttendeeRow(AttendeeId(new_id()), EventId("harbour-lights"), AT)
        with self.audience.database.transaction() as tx:
            self.audience.add_attendee(tx, attendee, Sha256((new_id() * 3)[:64]))

    def put(self, waiting: int = 0) -> bool:
        self.clock.advance(5)
        return self.putter.step(lambda: waiting)

    def state(self) -> dict[str, object]:
        return json.loads(self.bucket.get(KEY))


@pytest.fixture
def venue(paths: Paths, tmp_path: Path, clock: HeldClock) -> Iterator[Venue]:
    made = Venue(paths, tmp_path / "bucket", clock)
    yield made
    made.owners.close()


def test_an_evening_is_seen_from_afar(venue: Venue) -> None:
    venue.load()
    venue.enter(1)
    for _ in range(3):
        venue.sign_up()
    venue.owners.fact("clip_made", Service.CAPTURE)
    venue.owners.fact("clip_made", Service.CAPTURE)
    venue.owners.fact("clip_approved", Service.CAPTURE)
    assert venue.put(waiting=7)
    state = venue.state()
    assert state.pop("at").startswith("2026-11-27T")
    assert state == {
        "box": "cafe",
        "name": "Café",
        "event": "harbour-lights",
        "title": "Harbour Lights",
        "phase": "running",
        "item": "countdown",
        "item_title": "Harbour Lights",
        "position_ms": 0,
        "attendance": 3,
        "clips_waiting": 1,
        "waiting": 7,
        "health": {"state": "good", "sentences": 0},
    }


def test_a_damaged_file_is_seen_from_afar(venue: Venue, paths: Paths) -> None:
    assert venue.put()
    venue.owners.files[Service.CONSOLE].close()
    for path in paths.root.glob("console.db*"):
        path.unlink()
    paths.database(Service.CONSOLE).write_bytes(b"garbage" * 1000)
    venue.outboxes.versions()
    assert venue.put()
    assert venue.state()["health"] == {"state": "grave", "sentences": 1}


def test_what_could_not_be_brought_up_is_counted(venue: Venue) -> None:
    venue.said = ("A clip is not what it was.", "Another is gone.")
    assert venue.put()
    assert venue.state()["health"] == {"state": "care", "sentences": 2}


def test_a_card_that_is_full_is_grave(venue: Venue) -> None:
    venue.free_bytes = 10_000_000
    assert venue.put()
    assert venue.state()["health"] == {"state": "grave", "sentences": 1}


def test_a_box_that_was_never_loaded_says_so(venue: Venue) -> None:
    assert venue.put()
    assert venue.state()["phase"] == "none"
    assert venue.state()["event"] == ""


def test_it_is_put_only_when_it_changed(venue: Venue) -> None:
    venue.load()
    assert venue.put()
    assert not venue.put()
    venue.sign_up()
    assert venue.put()
    assert venue.state()["attendance"] == 1


def test_it_is_put_at_most_each_five_seconds(venue: Venue) -> None:
    assert venue.put()
    venue.load()
    assert not venue.putter.step(lambda: 0)
    venue.clock.advance(4.9)
    assert not venue.putter.step(lambda: 0)
    venue.clock.advance(0.2)
    assert venue.putter.step(lambda: 0)


def test_a_bucket_that_is_away_gets_it_later(venue: Venue, tmp_path: Path) -> None:
    (tmp_path / "bucket").rename(tmp_path / "out")
    with pytest.raises(MatineeError):
        venue.put()
    (tmp_path / "out").rename(tmp_path / "bucket")
    assert venue.put()
