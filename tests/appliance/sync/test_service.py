"""The sync service as a process, against a real S3 server."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.bucket.bucket import Bucket
from appliance.bucket.opening import open_bucket
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore
from appliance.ids import BoxId, new_id
from appliance.ipc.bell import ring
from appliance.model.sync_view import BucketState, SyncView
from appliance.paths import Paths, Service
from appliance.sync.worker import POLL_S
from lab.object_store_fixture import box_settings, organiser_settings
from lab.outbox_owners import Owners, arrived
from lab.sync_process import _SCRIPT, SyncProcess, write_settings


def all_pushed(view: SyncView) -> bool:
    return view.bucket is BucketState.READY and view.waiting == 0


@pytest.fixture
def owners(paths: Paths) -> Iterator[Owners]:
    made = Owners(paths, box=BoxId(f"box-{new_id().lower()}"))
    yield made
    made.close()


@pytest.fixture
def bucket(object_store: ObjectStore) -> Bucket:
    opened = open_bucket(organiser_settings(object_store))
    assert opened is not None
    return opened


@pytest.fixture
def set_up(object_store: ObjectStore, owners: Owners) -> Owners:
    """A box whose config names the S3 server."""
    write_settings(owners.paths, box_settings(object_store), owners.box)
    return owners


def test_what_waits_goes_up_and_is_said(set_up: Owners, bucket: Bucket, tmp_path: Path) -> None:
    set_up.fact()
    set_up.person()
    set_up.clip()
    with SyncProcess(set_up.paths) as sync:
        view = sync.wait_for(all_pushed)
        assert {lane.lane: lane.pushed for lane in view.lanes} == {"people": 1, "facts": 1, "clips": 1}
        assert [lane.lane for lane in view.lanes] == ["people", "facts", "clips"]
        assert view.sentence == ""
        assert view.last_success is not None
        assert sync.stop() == 0
    found = arrived(bucket, tmp_path / "read", f"boxes/box={set_up.box}/")
    assert set(found.rows) == set_up.written


def test_a_row_whose_bell_was_lost_is_found_all_the_same(set_up: Owners) -> None:
    with SyncProcess(set_up.paths) as sync:
        sync.wait_for(all_pushed)
        for _ in range(2):
            set_up.fact()
            view = sync.wait_for(all_pushed)
        assert view.lanes[1].pushed == 2


def test_a_bell_is_heard_before_the_next_poll(set_up: Owners) -> None:
    clock = RealClock()
    took = []
    with SyncProcess(set_up.paths) as sync:
        sync.wait_for(all_pushed)
        for write in (set_up.person, set_up.fact, set_up.clip):
            write()
            begun = clock.monotonic()
            ring(set_up.paths, Service.SYNC)
            sync.wait_for(all_pushed)
            took.append(clock.monotonic() - begun)
    assert max(took) < POLL_S / 2


def test_whoever_asks_for_a_push_does_not_wait_for_the_gathering(set_up: Owners) -> None:
    clock = RealClock()
    with SyncProcess(set_up.paths) as sync:
        for _ in range(4):
            set_up.fact()
            begun = clock.monotonic()
            sync.client.push()
            sync.wait_for(all_pushed)
        assert clock.monotonic() - begun < POLL_S


def test_killed_again_and_again_under_way_nothing_is_missing_and_nothing_double(
    set_up: Owners, bucket: Bucket, tmp_path: Path
) -> None:
    luck = random.Random(9)  # noqa: S311 when to kill
    moment = threading.Event()
    sync = SyncProcess(set_up.paths)
    for _ in range(5):
        sync.start()
        for _ in range(luck.randint(5, 30)):
            luck.choice([set_up.fact, set_up.person])()
        set_up.clip(200_000)
        sync.client.push()
        moment.wait(luck.random() * 0.15)  # any moment will do: that is the point
        sync.kill()
    with sync:
        sync.wait_for(all_pushed)
    found = arrived(bucket, tmp_path / "read", f"boxes/box={set_up.box}/")
    assert set(found.rows) == set_up.written
    assert not found.double


def test_a_wrong_secret_is_said_and_corrected_nothing_is_lost(
    owners: Owners, object_store: ObjectStore, bucket: Bucket, tmp_path: Path
) -> None:
    settings = box_settings(object_store)
    write_settings(owners.paths, msgspec.structs.replace(settings, secret_key="wrong"), owners.box)
    row = owners.person()
    with SyncProcess(owners.paths) as sync:
        view = sync.wait_for(lambda view: view.bucket is BucketState.REFUSED)
        assert "the secret key is wrong" in view.sentence
        assert view.waiting == 1
    write_settings(owners.paths, settings, owners.box)
    with sync:
        sync.wait_for(all_pushed)
    assert arrived(bucket, tmp_path / "read", f"boxes/box={owners.box}/").rows == {row: 1}


def test_while_the_server_is_away_the_box_answers_and_it_goes_up_when_it_is_back(
    owners: Owners, tmp_path: Path
) -> None:
    with ObjectStore(tmp_path / "store") as store:
        write_settings(owners.paths, box_settings(store), owners.box)
        with SyncProcess(owners.paths) as sync:
            sync.wait_for(all_pushed)
            store.stop()
            owners.fact()
            sync.client.push()
            view = sync.wait_for(lambda view: view.bucket is BucketState.AWAY)
            assert "can not be reached" in view.sentence
            assert view.waiting == 1
            store.start()
            view = sync.wait_for(all_pushed)
            assert view.sentence == ""


def test_without_a_bucket_everything_waits_and_nothing_is_wrong(owners: Owners) -> None:
    owners.fact()
    with SyncProcess(owners.paths) as sync:
        view = sync.wait_for(lambda view: view.waiting == 1)
        assert view.bucket is BucketState.NONE
        assert sync.client.push().bucket is BucketState.NONE


def test_the_state_of_the_box_is_put_and_kept_up(set_up: Owners, bucket: Bucket) -> None:
    with SyncProcess(set_up.paths) as sync:
        sync.wait_for(all_pushed)
        state = json.loads(bucket.get(f"boxes/box={set_up.box}/state.json"))
        assert state["box"] == set_up.box
        assert state["attendance"] == 0
        assert state["at"].endswith("Z")


def test_a_second_sync_is_refused_and_pushes_nothing(set_up: Owners, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    write_settings(set_up.paths, BucketTable(folder=str(tmp_path / "folder")), set_up.box)
    with SyncProcess(set_up.paths) as sync:
        sync.wait_for(all_pushed)
        second = subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            env={"MATINEE_ROOT": str(set_up.paths.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert "core.second_instance" in second.stderr
        sync.wait_for(all_pushed)


def test_settings_that_can_not_be_meant_end_it_with_one_sentence(owners: Owners) -> None:
    write_settings(owners.paths, BucketTable(endpoint="http://127.0.0.1:1"), owners.box)
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        env={"MATINEE_ROOT": str(owners.paths.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("bucket.no_keys: ")
