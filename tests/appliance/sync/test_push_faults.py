"""What can not be pushed is named, and holds nothing else up."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.bucket.bucket import Put
from appliance.bucket.bucket_folder import FolderBucket
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.paths import Service
from appliance.store.database import Database
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from appliance.sync.push import ASIDE_S, Pusher
from cache.fetching import Progress
from lab.outbox_owners import EVENT, arrived
from lab.pushing_box import Box


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
