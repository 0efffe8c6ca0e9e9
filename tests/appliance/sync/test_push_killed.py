"""Killed at any point: nothing missing, nothing double."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from appliance.bucket.opening import open_bucket
from appliance.config import BucketTable
from appliance.ids import BoxId, new_id
from appliance.paths import Paths
from lab import push_until_cut
from lab.object_store_fixture import box_settings, organiser_settings
from lab.outbox_owners import Owners, arrived

CUTS = ("before", "during", "after")


@pytest.fixture(params=["folder", "s3"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[BucketTable, BucketTable]:
    """The bucket as the box and as the organiser opens it."""
    if request.param == "folder":
        folder = tmp_path / "bucket"
        folder.mkdir()
        return BucketTable(folder=str(folder)), BucketTable(folder=str(folder))
    store = request.getfixturevalue("object_store")
    return box_settings(store), organiser_settings(store)


def push(owners: Owners, settings: BucketTable, cut: str = "never", nth: int = 0) -> int:
    """Run the pushing process until it is cut or done; return its status."""
    arguments = [str(owners.paths.root), cut, str(nth), msgspec.json.encode(settings).decode()]
    environment = {**os.environ, "MATINEE_BOX": owners.box}
    done = subprocess.run([sys.executable, push_until_cut.__file__, *arguments], env=environment, check=False)
    return done.returncode


def test_cut_at_any_point_nothing_is_missing_and_nothing_double(
    paths: Paths, tmp_path: Path, places: tuple[BucketTable, BucketTable]
) -> None:
    for_box, for_organiser = places
    owners = Owners(paths, box=BoxId(f"box-{new_id().lower()}"))
    luck = random.Random(20261127)  # noqa: S311 where to cut
    cuts = 0
    for number in range(9):
        for _ in range(luck.randint(1, 8)):
            luck.choice([owners.fact, owners.person, lambda: owners.fact(event="other")])()
        if number % 4 == 0:
            owners.clip(300_000)
        cuts += push(owners, for_box, CUTS[number % 3], luck.randint(1, 3)) == -signal.SIGKILL
    assert cuts >= 6, "the lever must really cut"
    assert push(owners, for_box) == 0
    owners.close()
    bucket = open_bucket(for_organiser)
    assert bucket is not None
    found = arrived(bucket, tmp_path / "read", f"boxes/box={owners.box}/")
    assert set(found.rows) == owners.written
    assert not found.double
    assert len([key for key in found.keys if "/clips/" in key]) == 9


def test_the_count_of_doubles_bites(paths: Paths, tmp_path: Path) -> None:
    """What a push without durable plans would leave: the same row in a second object."""
    (tmp_path / "bucket").mkdir()
    settings = BucketTable(folder=str(tmp_path / "bucket"))
    owners = Owners(paths)
    row = owners.fact()
    assert push(owners, settings, "after", 1) == -signal.SIGKILL
    for name in ("media.db", "media.db-wal", "media.db-shm"):
        (paths.root / name).unlink()  # the plan was not durable
    assert push(owners, settings) == 0
    owners.close()
    bucket = open_bucket(settings)
    assert bucket is not None
    assert arrived(bucket, tmp_path / "read").double == {row}
