"""A card that was replaced says so where somebody looks, and puts nothing; the courier gets its file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import HeldClock
from appliance.config import BucketTable
from appliance.ids import BoxId
from appliance.ipc.sync_client import SyncClient
from appliance.model.picture import Card
from appliance.model.show_view import Phase
from appliance.paths import Paths
from appliance.sealing_age import make_key
from appliance.show.first_light import lit
from appliance.show.screen import Surroundings, idle
from cache.probe_av import AvProbe
from lab.outbox_owners import Owners
from lab.staff_room import Person
from lab.sync_process import SyncProcess, write_settings
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from webui.console.console import Console
from webui.console.first_sight import first_light


@pytest.fixture
def replaced(paths: Paths, tmp_path: Path) -> Iterator[FolderBucket]:
    """The bucket of a box that was made anew while this card was away with two rows on it; sync runs here."""
    (tmp_path / "bucket").mkdir()
    bucket, signer = FolderBucket(tmp_path / "bucket"), ensure_publish_key(tmp_path / "organiser")
    Publisher(bucket, signer, AvProbe(), HeldClock()).fence(BoxId("box"), "another")
    write_settings(paths, BucketTable(folder=str(tmp_path / "bucket")), "box")
    with paths.config_file.open("a", encoding="utf-8") as file:
        file.write(f'[content]\nkeys = ["{signer.public_key}"]\n[people]\nrecipients = ["{make_key()[1]}"]\n')
    owners = Owners(paths)
    owners.fact()
    owners.person()
    with SyncProcess(paths) as sync:
        sync.wait_for(lambda view: bool(view.replaced))
        yield bucket
    owners.close()


def test_a_replaced_card_says_so_and_keeps_its_queue_for_the_courier(
    replaced: FolderBucket, operator: Person, paths: Paths, console: Console
) -> None:
    view = SyncClient(paths).push()  # nobody can press it past the fence
    assert view.replaced.startswith("Another card is box box since ")
    page = operator.browser.get("/setup").text
    assert "Another card is box box since " in page
    assert "2 wait here for the courier." in page
    assert list(replaced.list("boxes/")) == []
    with closing(operator.post("/setup/courier")) as answer:
        assert answer.data.startswith(b"age-encryption.org/v1")
    around = Surroundings(media=Path(), portal_url="", box_name="Café")
    shown = lit(idle(around), Phase.NONE, first_light(console)).now
    assert isinstance(shown, Card)
    assert shown.lines[0] == "This card was replaced. Setup says more."
