"""kill -9 of portal, show and sync while they are busy: who was told is served, nothing is there twice."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from appliance.bucket.opening import open_bucket
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.paths import Paths
from lab import acts
from lab.audience import SAMPLE
from lab.checker import Told, violations
from lab.kill_at_random import Portal, Show, Storm
from lab.outbox_owners import Owners, arrived
from lab.portal_process import Box
from lab.sync_process import SyncProcess, write_settings

SOAK = pytest.param(50, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])


@pytest.mark.parametrize("rounds", [4, SOAK])
def test_a_portal_killed_among_sign_ups_keeps_them(rounds: int, paths: Paths) -> None:
    box = Box.prepared(paths, SAMPLE.read_text("utf-8"))
    storm = Storm(seed=20261127)
    outside = storm.blow(Portal(box), rounds)
    assert storm.kills == rounds
    assert len(outside.told) >= rounds
    assert not violations("signing_up", paths.root, outside)


@pytest.mark.parametrize("rounds", [4, SOAK])
def test_a_show_killed_among_presses_stands_where_it_said(rounds: int, paths: Paths) -> None:
    acts.prepare("going", paths.root)
    storm = Storm(seed=20261127)
    outside = storm.blow(Show(paths), rounds, drivers=2, most_told=3)
    assert storm.kills == rounds
    assert outside.told
    assert not violations("going", paths.root, outside)


@pytest.mark.parametrize("rounds", [4, SOAK])
def test_a_sync_killed_among_pushes_leaves_nothing_out_and_nothing_twice(
    rounds: int, paths: Paths, tmp_path: Path
) -> None:
    (tmp_path / "bucket").mkdir()
    settings = BucketTable(folder=str(tmp_path / "bucket"))
    write_settings(paths, settings, "box")
    owners, luck = Owners(paths), random.Random(20261127)  # noqa: S311 no secret
    clock, nothing = RealClock(), threading.Event()
    for _ in range(rounds):
        with SyncProcess(paths) as sync:
            for _ in range(luck.randint(2, 12)):
                luck.choice([owners.fact, owners.person, owners.clip])()
            sync.client.push()
            clock.wait(nothing, luck.uniform(0, 0.08))
            sync.kill()
    with SyncProcess(paths) as sync:
        sync.client.push()
        sync.wait_for(lambda view: not view.waiting)
    owners.close()
    bucket = open_bucket(settings)
    assert bucket is not None
    found = arrived(bucket, tmp_path / "read")
    assert set(found.rows) == owners.written
    assert not found.double


def test_the_checker_bites_when_a_told_sign_up_is_not_there(paths: Paths) -> None:
    acts.prepare("signing_up", paths.root)
    assert violations("signing_up", paths.root, Told.of(["sent abc", "told abc"]))
