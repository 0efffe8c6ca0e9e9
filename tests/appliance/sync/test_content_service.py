"""The way down, as a process, from a real S3 server."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from appliance.bucket.opening import open_bucket
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore
from appliance.ids import EventId, ItemId, new_id
from appliance.manifest.event_folder import laid_packing
from appliance.manifest.reels import ReelShelf
from appliance.paths import Paths
from cache.block_file import media_path
from cache.blocks import BLOCK_BYTES
from lab.object_store_fixture import organiser_settings
from lab.published import Organiser
from lab.sync_process import SyncProcess, write_settings

EVENT = EventId("small-evening")


@pytest.fixture
def settings(object_store: ObjectStore) -> BucketTable:
    """A part of the bucket that no other test uses."""
    return organiser_settings(object_store, new_id())


@pytest.fixture
def organiser(tmp_path: Path, settings: BucketTable) -> Organiser:
    bucket = open_bucket(settings)
    assert bucket is not None
    return Organiser(tmp_path / "organiser", bucket, RealClock())


def set_up(paths: Paths, settings: BucketTable, organiser: Organiser) -> None:
    write_settings(paths, settings, "box-1")
    with paths.config_file.open("a", encoding="utf-8") as config:
        config.write(f'\n[content]\nkeys = ["{organiser.key}"]\nlook_s = 1\n')


def test_what_is_published_while_the_box_runs_comes_down_by_itself(
    paths: Paths, settings: BucketTable, organiser: Organiser
) -> None:
    set_up(paths, settings, organiser)
    (organiser.evening / "short.de.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nGuten Abend\n")
    with SyncProcess(paths) as sync:
        assert sync.client.status().content.films == 0
        organiser.publish()
        view = sync.wait_for(lambda view: view.content.films_ready == 2).content
        assert (view.films, view.sentence) == (2, "")
        sync.wait_for(lambda _: laid_packing(paths.events, EVENT) is not None)
        shelf, short = ReelShelf(paths.events, paths.derived), ItemId("short")
        packing = laid_packing(paths.events, EVENT)
        assert packing is not None
        sha256 = packing.of("short.mp4").sha256
        sync.wait_for(lambda _: shelf.find(EVENT, short, sha256) is not None)
    words = packing.of("short.mp4").subtitles
    assert [subtitles.language for subtitles in words] == ["de"]
    assert "Guten Abend" in (paths.events / EVENT / words[0].path).read_text("utf-8")
    assert [media_path(paths.media, film.sha256).read_bytes() for film in packing.media] == [
        organiser.film(film.name) for film in packing.media
    ]


def test_killed_again_and_again_under_way_the_event_arrives_whole(
    paths: Paths, settings: BucketTable, organiser: Organiser
) -> None:
    organiser.publish()
    set_up(paths, settings, organiser)
    sync, moment = SyncProcess(paths), threading.Event()
    for round_ in range(3):
        sync.start()
        moment.wait(0.1 * round_)  # any moment will do: that is the point
        sync.kill()
    with sync:
        sync.wait_for(lambda _: laid_packing(paths.events, EVENT) is not None)
        assert sync.client.status().content.films_ready == 2
    assert list((paths.media / "fetching").iterdir()) == []


def test_damage_is_found_and_mended_from_the_bucket_by_itself(
    paths: Paths, settings: BucketTable, organiser: Organiser
) -> None:
    organiser.publish()
    set_up(paths, settings, organiser)
    with SyncProcess(paths) as sync:
        sync.wait_for(lambda _: laid_packing(paths.events, EVENT) is not None)
    packing = laid_packing(paths.events, EVENT)
    assert packing is not None
    film = packing.media[1]
    path = media_path(paths.media, film.sha256)
    content = bytearray(path.read_bytes())
    content[BLOCK_BYTES + 9] ^= 1
    path.write_bytes(content)

    with sqlite3.connect(paths.root / "media.db") as database:  # as if it was read long ago
        database.execute("UPDATE medium SET scrubbed_at = ''")
    database.close()
    with SyncProcess(paths) as sync:
        sync.wait_for(lambda _: path.read_bytes() == organiser.film(film.name))
        sync.wait_for(lambda view: view.content.damaged == ())
    assert list((paths.media / "quarantine").iterdir()) == []


def test_a_list_signed_by_a_stranger_is_said_and_not_taken(
    paths: Paths, settings: BucketTable, organiser: Organiser, tmp_path: Path
) -> None:
    organiser.publish()
    bucket = open_bucket(settings)
    assert bucket is not None
    other = Organiser(tmp_path / "other", bucket, RealClock())
    set_up(paths, settings, other)
    with SyncProcess(paths) as sync:
        view = sync.wait_for(lambda view: view.content.sentence != "" and view.bucket == "ready")
        assert "is not signed by your organiser" in view.content.sentence
    assert laid_packing(paths.events, EVENT) is None
