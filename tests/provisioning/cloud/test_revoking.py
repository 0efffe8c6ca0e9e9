"""What the organiser withdraws is refused at a door once its list is known there, and stays refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from appliance.audience.pass_key import ensure_pass_key, key_id
from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import HeldClock
from appliance.config import BoxTable, Config, ContentTable
from appliance.errors import MatineeError
from appliance.manifest.published_index import Floor
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.model.door import DoorAnswer
from appliance.paths import Paths
from appliance.sync.published import Published
from cache.probe_av import AvProbe
from lab.door_desk import DoorBox, door_box, evening
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key

TONIGHT = evening()


def refusal(box: DoorBox, text: str) -> str:
    with pytest.raises(MatineeError) as refused:
        box.enter(TONIGHT, text)
    return refused.value.key


def test_a_lost_box_and_a_single_pass_are_withdrawn_everywhere(tmp_path: Path, clock: HeldClock) -> None:
    organiser = tmp_path / "organiser"
    bucket = FolderBucket(tmp_path / "bucket")
    (tmp_path / "bucket").mkdir()
    signer = ensure_publish_key(organiser)
    publisher = Publisher(bucket, signer, AvProbe(), clock)
    config = Config(box=BoxTable(id="b"), content=ContentTable(keys=(signer.public_key,)))
    lost = door_box(Paths(tmp_path / "a").ensure(), clock, organiser, "a")
    here = door_box(Paths(tmp_path / "b").ensure(), clock, organiser, "b", config)
    of_lost, own, copied = lost.pass_of(TONIGHT), here.pass_of(TONIGHT), here.sign_up(TONIGHT)
    assert here.enter(TONIGHT, lost.pass_of(TONIGHT)).answer is DoorAnswer.LET_IN

    key = key_id(ensure_pass_key(lost.paths).public_key())
    assert publisher.revoke([f"key:{key}"]) == (f"key:{key}",)
    assert set(publisher.revoke([f"pass:{copied.id}"])) == {f"key:{key}", f"pass:{copied.id}"}
    assert here.enter(TONIGHT, lost.pass_of(TONIGHT)).answer is DoorAnswer.LET_IN  # not known here yet
    verifier, copy = MinisignVerifier([signer.public_key]), FolderBucket(here.paths.root, "copy")
    assert Published(bucket, verifier, clock, copy).index(Floor()) is not None

    assert refusal(here, of_lost) == "audience.pass_revoked"
    assert refusal(here, here.desk.pass_of(copied)) == "audience.pass_revoked"
    assert here.enter(TONIGHT, own).answer is DoorAnswer.LET_IN
    assert lost.enter(TONIGHT, of_lost).answer is DoorAnswer.LET_IN  # it has no list
    shutil.rmtree(here.paths.root / "copy")
    here.close()
    later = door_box(here.paths, clock, organiser, "b", config)
    assert refusal(later, of_lost) == "audience.pass_revoked"
    later.close()
    lost.close()


def test_a_list_that_the_organiser_did_not_sign_withdraws_nothing(tmp_path: Path, clock: HeldClock) -> None:
    organiser, stranger = tmp_path / "organiser", tmp_path / "stranger"
    signer = ensure_publish_key(organiser)
    config = Config(box=BoxTable(id="b"), content=ContentTable(keys=(signer.public_key,)))
    here = door_box(Paths(tmp_path / "b").ensure(), clock, organiser, "b", config)
    (here.paths.root / "copy").mkdir()
    forged = Publisher(FolderBucket(here.paths.root, "copy"), ensure_publish_key(stranger), AvProbe(), clock)
    row = here.sign_up(TONIGHT)
    forged.revoke([f"pass:{row.id}"])
    assert here.enter(TONIGHT, here.desk.pass_of(row)).answer is DoorAnswer.LET_IN
    here.close()


@pytest.mark.parametrize("name", ["", "key:", "pass:a b", "box:b", "key:../x"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, clock: HeldClock, name: str) -> None:
    publisher = Publisher(FolderBucket(tmp_path), ensure_publish_key(tmp_path / "keys"), AvProbe(), clock)
    with pytest.raises(MatineeError, match="can not be withdrawn"):
        publisher.revoke([name])
