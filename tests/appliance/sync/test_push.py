"""The push step by step, into a folder."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.bucket.bucket import Put
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import parse_rows_key
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import ASIDE_S, Pusher
from cache.fetching import Progress
from lab.outbox_owners import EVENT, Owners, arrived

GATHER_S = 5.0


class Box:
    """One box with its owners, its media.db and a folder for a bucket."""

    def __init__(self, paths: Paths, folder: Path, clock: HeldClock) -> None:
        self.paths = paths
        self.clock = clock
        self.owners = Owners(paths, clock=clock)
        self.bucket = FolderBucket(folder)
        self.rows = SyncRows(Database.open_owner(paths.database(Service.SYNC), Service.SYNC), clock)
        self.start()

    def start(self) -> None:
        """Begin as after a restart: with nothing but the rows."""
        self.pusher = Pusher(
            BoxId("box"), self.bucket, self.rows, Outboxes(self.paths), self.paths.clips, self.clock,
            gather_s=GATHER_S,
        )  # fmt: skip

    def push_all(self) -> None:
        self.clock.advance(GATHER_S)
        while self.pusher.step():
            pass

    def listed(self) -> list[str]:
        return [found.key for found in self.bucket.list()]


@pytest.fixture
def box(paths: Paths, tmp_path: Path, clock: HeldClock) -> Iterator[Box]:
    folder = tmp_path / "bucket"
    folder.mkdir()
    made = Box(paths, folder, clock)
    yield made
    made.owners.close()


def test_everything_written_arrives_once(box: Box, tmp_path: Path) -> None:
    for _ in range(20):
        box.owners.fact()
        box.owners.fact("signed_up", Service.PORTAL)
        box.owners.person()
    box.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written
    assert not found.double


def test_a_fact_arrives_exactly_as_it_was_written(box: Box, tmp_path: Path) -> None:
    row = box.owners.fact("drop_claimed", Service.PORTAL, drop="poster", claim="C1")
    box.push_all()
    fact = arrived(box.bucket, tmp_path / "read").bodies[row]
    assert list(fact) == ["id", "kind", "event", "at", "box", "clock", "boot", "mono_ms", "drop", "claim"]
    assert fact["at"].endswith("Z")


def test_a_persons_row_holds_five_fields_and_no_more(box: Box, tmp_path: Path) -> None:
    row = box.owners.person()
    box.push_all()
    person = arrived(box.bucket, tmp_path / "read").bodies[row]
    assert set(person) == {"id", "kind", "at", "receipt", "sealed"}


def test_keys_are_those_of_the_contract(box: Box) -> None:
    box.owners.fact()
    box.owners.person()
    box.owners.fact(event="")
    box.push_all()
    folders = {key.rpartition("/")[0] for key in box.listed()}
    assert folders == {
        f"boxes/box=box/event={EVENT}/date=2026-11-27",
        "boxes/box=box/event=__HIVE_DEFAULT_PARTITION__/date=2026-11-27",
    }
    assert all(parse_rows_key(key) for key in box.listed())


def test_people_go_before_facts_and_facts_before_clips(box: Box) -> None:
    box.owners.clip()
    box.owners.fact()
    box.owners.person()
    lanes = []
    while box.pusher.step():
        fresh = set(box.listed()) - {key for _, key in lanes}
        lanes += [(Path(key).name.split("-")[0].rpartition(".")[2], key) for key in fresh]
    assert [lane for lane, _ in lanes] == ["people", "facts", "mp4", "jpg", "json"]


def test_a_person_who_signs_up_while_clips_wait_goes_first(box: Box, tmp_path: Path) -> None:
    box.owners.clip()
    assert box.pusher.step()
    row = box.owners.person()
    assert box.pusher.step()
    assert row in arrived(box.bucket, tmp_path / "read").rows


def test_rows_are_gathered_before_the_next_object_is_made(box: Box, tmp_path: Path) -> None:
    box.owners.fact()
    assert box.pusher.step()
    for _ in range(50):
        box.owners.fact()
        assert not box.pusher.step()
    box.clock.advance(GATHER_S)
    assert box.pusher.step()
    assert not box.pusher.step()
    assert len(box.listed()) == 2
    assert len(arrived(box.bucket, tmp_path / "read").rows) == 51


def test_whoever_hurries_does_not_gather(box: Box) -> None:
    box.owners.fact()
    assert box.pusher.step()
    box.owners.fact()
    box.pusher.hurry()
    assert box.pusher.step()
    assert len(box.listed()) == 2


def test_a_long_evening_goes_up_in_bounded_objects(box: Box, tmp_path: Path) -> None:
    with box.owners.files[Service.SHOW].transaction() as tx:
        for _ in range(2500):
            box.owners.written.add(box.owners.outbox.fact(tx, "k", EVENT))
    box.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written
    assert not found.double
    assert len(found.keys) == 3


def test_an_evening_past_midnight_stands_in_two_days(box: Box) -> None:
    box.owners.fact()
    box.clock.advance(7 * 3600)
    box.owners.fact()
    box.push_all()
    assert {parse_rows_key(key).day.day for key in box.listed()} == {27, 28}


def test_a_repeated_put_is_the_same_object_and_changes_nothing(box: Box) -> None:
    box.owners.fact()
    box.push_all()
    (key,) = box.listed()
    before = box.bucket.get(key)
    with box.rows._database.transaction() as tx:  # noqa: SLF001
        tx.execute("UPDATE push_object SET stored_at = NULL")
    box.start()
    box.push_all()
    assert box.listed() == [key]
    assert box.bucket.get(key) == before
    assert box.rows.next_open(Lane.FACTS) is None


def test_a_clip_arrives_whole_under_its_name(box: Box) -> None:
    clip = box.owners.clip(100_000)
    box.push_all()
    for kind in ("mp4", "jpg", "json"):
        name = f"{clip}.landscape.{kind}"
        content = box.bucket.get(f"boxes/box=box/event={EVENT}/clips/{name}")
        assert content == (box.paths.clips / name).read_bytes()
    assert box.rows.pushed() == {Lane.CLIPS: 1}


def test_a_clip_that_changed_or_went_is_given_up_and_said(box: Box) -> None:
    changed, gone, good = (box.owners.clip() for _ in range(3))
    (box.paths.clips / f"{changed}.landscape.mp4").write_bytes(b"something else")
    (box.paths.clips / f"{gone}.landscape.jpg").unlink()
    box.push_all()
    assert not box.bucket.exists(f"boxes/box=box/event={EVENT}/clips/{changed}.landscape.mp4")
    assert box.bucket.exists(f"boxes/box=box/event={EVENT}/clips/{good}.landscape.json")
    no_longer, differs = box.rows.given_up()
    assert f"{gone}.landscape.jpg is no longer on this box" in no_longer
    assert f"{changed}.landscape.mp4 is not what it was" in differs


def test_a_bucket_that_is_away_keeps_the_plan(box: Box, tmp_path: Path) -> None:
    away = tmp_path / "pulled-out"
    row = box.owners.fact()
    (tmp_path / "bucket").rename(away)
    for _ in range(3):
        with pytest.raises(MatineeError) as refused:
            box.pusher.step()
        assert refused.value.key == "bucket.away"
    away.rename(tmp_path / "bucket")
    box.push_all()
    assert arrived(box.bucket, tmp_path / "read").rows == {row: 1}


def test_the_stored_cursor_never_passes_what_is_not_stored(box: Box, tmp_path: Path) -> None:
    for event in ("a", "b", "a", "b"):
        box.owners.fact(event=event)
    assert box.pusher.step()
    assert box.rows.cursor(Service.SHOW, Lane.FACTS).seq == 4
    assert box.rows.stored_seq(Service.SHOW, Lane.FACTS) == 1
    assert box.pusher.step()
    assert box.rows.stored_seq(Service.SHOW, Lane.FACTS) == 4
    assert len(arrived(box.bucket, tmp_path / "read").rows) == 4


def test_an_outbox_that_was_replaced_is_read_from_its_beginning(box: Box, tmp_path: Path) -> None:
    for _ in range(3):
        box.owners.fact()
    box.push_all()
    box.owners.close()
    for path in box.paths.root.glob("show.db*"):
        path.unlink()
    box.owners = Owners(box.paths, clock=box.clock)
    fresh = {box.owners.fact() for _ in range(2)}
    box.start()
    box.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert fresh <= set(found.rows)
    assert not found.double


def test_an_old_card_come_back_to_life_overwrites_nothing_and_loses_nothing(box: Box, tmp_path: Path) -> None:
    box.owners.fact()
    box.push_all()
    one, other = two_cards(box, tmp_path)
    mine = one.owners.fact()
    theirs = other.owners.fact()
    one.push_all()
    other.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert {mine, theirs} <= set(found.rows)
    assert not found.double
    one.owners.close()
    other.owners.close()


def test_an_old_card_that_lives_again_without_uplink_loses_nothing(box: Box, tmp_path: Path) -> None:
    for _ in range(2):
        box.owners.fact()
    box.push_all()
    one, other = two_cards(box, tmp_path)
    for _ in range(3):
        one.owners.fact()
    one.owners.person()
    one.push_all()
    folder, away = tmp_path / "bucket", tmp_path / "pulled-out"
    folder.rename(away)
    for _ in range(4):
        other.owners.fact()
    other.owners.person()
    with pytest.raises(MatineeError):
        other.push_all()
    other.start()  # and a restart between plan and put
    with pytest.raises(MatineeError):
        other.push_all()
    away.rename(folder)
    other.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written | one.owners.written | other.owners.written
    assert not found.double
    one.owners.close()
    other.owners.close()


def test_what_was_planned_before_the_card_was_copied_arrives_once(box: Box, tmp_path: Path) -> None:
    folder, away = tmp_path / "bucket", tmp_path / "pulled-out"
    folder.rename(away)
    box.owners.fact()
    with pytest.raises(MatineeError):
        box.push_all()
    away.rename(folder)
    one, other = two_cards(box, tmp_path)
    for card in (one, other):
        card.owners.fact()
        card.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written | one.owners.written | other.owners.written
    assert not found.double
    one.owners.close()
    other.owners.close()


def two_cards(box: Box, tmp_path: Path) -> tuple[Box, Box]:
    """Copy the card while the box is off; both of them start."""
    copy = tmp_path / "old-card"
    box.owners.close()
    box.rows._database.close()  # noqa: SLF001 off
    shutil.copytree(box.paths.root, copy)
    folder = tmp_path / "bucket"
    return Box(box.paths, folder, box.clock), Box(Paths(copy), folder, box.clock)


def test_objects_carry_no_time_of_packing(box: Box) -> None:
    box.owners.fact()
    box.push_all()
    (key,) = box.listed()
    packed = box.bucket.get(key)
    assert packed[4:8] == b"\0\0\0\0"
    assert json.loads(gzip.decompress(packed))["kind"] == "item_entered"


def test_a_damaged_file_of_one_owner_does_not_hold_up_the_others(box: Box, tmp_path: Path) -> None:
    box.owners.close()
    for path in box.paths.root.glob("show.db*"):
        path.unlink()
    box.paths.database(Service.SHOW).write_bytes(b"not a database " * 1000)
    box.owners.files[Service.PORTAL] = Database.open_owner(box.paths.database(Service.PORTAL), Service.PORTAL)
    row = box.owners.person()
    outboxes = Outboxes(box.paths)
    box.pusher = Pusher(BoxId("box"), box.bucket, box.rows, outboxes, box.paths.clips, box.clock)
    box.push_all()
    assert arrived(box.bucket, tmp_path / "read").rows == {row: 1}
    (fault,) = outboxes.faults
    assert "show.db is damaged" in fault


def test_an_object_planned_of_a_file_that_is_damaged_since_does_not_hold_up_the_others(
    box: Box, tmp_path: Path
) -> None:
    folder, away = tmp_path / "bucket", tmp_path / "pulled-out"
    folder.rename(away)
    lost = box.owners.fact()
    others = {box.owners.fact("signed_up", Service.PORTAL)}
    with pytest.raises(MatineeError):
        box.push_all()
    away.rename(folder)
    box.owners.files[Service.SHOW].close()
    for path in box.paths.root.glob("show.db*"):
        path.unlink()
    box.paths.database(Service.SHOW).write_bytes(b"garbage" * 1000)
    box.start()
    box.push_all()
    others.add(box.owners.fact("signed_up", Service.PORTAL))
    box.push_all()
    assert set(arrived(box.bucket, tmp_path / "read").rows) == others
    assert lost not in others
    (fault,) = box.pusher.faults
    assert "show.db is damaged" in fault
    assert box.rows.stored_seq(Service.SHOW, Lane.FACTS) == 0


def test_what_was_set_aside_goes_up_when_its_file_is_back(box: Box, tmp_path: Path) -> None:
    folder, away = tmp_path / "bucket", tmp_path / "pulled-out"
    folder.rename(away)
    row = box.owners.fact()
    with pytest.raises(MatineeError):
        box.push_all()
    away.rename(folder)
    box.owners.close()
    show, aside = box.paths.database(Service.SHOW), tmp_path / "show.db"
    show.rename(aside)
    box.start()
    box.push_all()
    assert box.listed() == []
    assert len(box.pusher.faults) == 1
    aside.rename(show)
    box.clock.advance(ASIDE_S)
    box.push_all()
    assert arrived(box.bucket, tmp_path / "read").rows == {row: 1}
    assert box.pusher.faults == ()


class ParticularBucket(FolderBucket):
    """Refuses one kind of thing for good."""

    refused = ".mp4"

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        if key.endswith(self.refused):
            raise MatineeError("bucket.refused", where=self.where, fault="that is too large")
        return super().put(key, content, content_type, only_if_absent=only_if_absent, progress=progress)


def test_what_the_bucket_refuses_for_good_is_said_and_holds_up_only_its_own_clip(
    box: Box, tmp_path: Path
) -> None:
    box.bucket = ParticularBucket(tmp_path / "bucket")
    box.start()
    clip = box.owners.clip()
    with pytest.raises(MatineeError):
        box.push_all()
    row = box.owners.fact()
    box.push_all()
    assert arrived(box.bucket, tmp_path / "read").rows == {row: 1}
    assert not [key for key in box.listed() if clip in key]
    (fault,) = box.pusher.faults
    assert "that is too large" in fault
