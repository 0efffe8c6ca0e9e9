from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import INDEX_KEY, content_key, published_key, signature_key
from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId
from appliance.manifest import packing_list, published_index
from appliance.manifest.event_folder import laid_packing, picture_path
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.paths import Paths, Service
from appliance.store.content_rows import ContentRows
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.sync.published import Published
from appliance.sync.pull import Puller
from appliance.sync.source_bucket import BucketSource
from cache.block_file import media_path
from cache.media_store import MediaStore
from cache.probe_av import AvProbe
from lab.published import Organiser
from lab.small_film import make_film
from provisioning.cloud.publish_key import ensure_publish_key

EVENT = EventId("small-evening")
POSTER = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><rect width="9" height="9"/></svg>'


class Box:
    """The pull of one box, restarted at will."""

    def __init__(self, paths: Paths, bucket: Bucket, key: str, clock: HeldClock) -> None:
        self.paths = paths
        self.clock = clock
        self.database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        self.media = MediaRows(self.database, clock)
        self.rows = ContentRows(self.database, clock)
        self.store = MediaStore(paths.media, self.media, AvProbe())
        published = Published(bucket, MinisignVerifier([key]), clock)
        self.puller = Puller(
            BoxId("box-1"), published, self.rows, self.store, paths.events,
            lambda sha256, _size: [BucketSource(bucket, sha256)], clock,
        )  # fmt: skip

    def run(self) -> None:
        self.puller.hurry()
        while self.puller.step():
            pass

    def refuses(self) -> str:
        """The key of what the next look raises."""
        with pytest.raises(MatineeError) as caught:
            self.run()
        return caught.value.key

    @property
    def version(self) -> int:
        """Of the event that lies on the box; 0: none."""
        laid = laid_packing(self.paths.events, EVENT)
        return laid.version if laid is not None else 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bucket"
    made.mkdir()
    return made


@pytest.fixture
def organiser(tmp_path: Path, folder: Path, clock: HeldClock) -> Organiser:
    return Organiser(tmp_path / "organiser", FolderBucket(folder), clock)


@pytest.fixture
def box(paths: Paths, folder: Path, organiser: Organiser, clock: HeldClock) -> Iterator[Box]:
    made = Box(paths, FolderBucket(folder), organiser.key, clock)
    yield made
    made.database.close()


def test_what_was_published_comes_onto_the_box_whole_and_pinned(box: Box, organiser: Organiser) -> None:
    box.run()
    assert box.version == 0
    done = organiser.publish()
    assert (done.films, done.sent_films, done.version) == (2, 2, 1)
    box.run()
    packing = laid_packing(box.paths.events, EVENT)
    assert packing is not None
    for film in packing.media:
        assert media_path(box.paths.media, film.sha256).read_bytes() == organiser.film(film.name)
    assert set(box.media.pins()) == {film.sha256 for film in packing.media}
    assert [film.ready for film in box.rows.wanted()] == [True, True]
    assert (box.paths.events / EVENT / "event.toml").read_text("utf-8") == organiser.manifest.read_text(
        "utf-8"
    )


def test_a_cards_picture_is_published_as_a_png_and_comes_along(box: Box, organiser: Organiser) -> None:
    (organiser.evening / "poster.svg").write_text(POSTER, "utf-8")
    text = organiser.manifest.read_text("utf-8")
    organiser.manifest.write_text(
        text.replace('title = "Welcome"', 'title = "Welcome"\npicture = "poster.svg"'), "utf-8"
    )
    organiser.publish()
    box.run()
    with Image.open(picture_path(box.paths.events / EVENT, "poster.svg")) as laid:
        assert (laid.format, laid.size) == ("PNG", (1920, 1080))


def test_a_new_version_brings_only_what_is_new(box: Box, organiser: Organiser) -> None:
    organiser.publish()
    box.run()
    organiser.manifest.write_text(
        organiser.manifest.read_text("utf-8").replace("A Small", "The Small"), "utf-8"
    )
    done = organiser.publish()
    assert (done.version, done.sent_films) == (2, 0)
    box.run()
    assert box.version == 2


def test_a_list_of_a_stranger_is_refused(
    box: Box, organiser: Organiser, folder: Path, tmp_path: Path
) -> None:
    organiser.publish()
    stranger = ensure_publish_key(tmp_path / "stranger")
    index = (folder / INDEX_KEY).read_bytes()
    (folder / signature_key(INDEX_KEY)).write_bytes(stranger.sign(index, published_index.PURPOSE))
    assert box.refuses() == "content.not_signed"
    assert box.version == 0


def test_an_older_list_is_refused_for_ever_and_what_is_there_plays_on(
    box: Box, organiser: Organiser, folder: Path, tmp_path: Path
) -> None:
    organiser.publish()
    shutil.copytree(folder / "published", tmp_path / "old")
    organiser.publish()
    box.run()
    assert box.version == 2
    shutil.rmtree(folder / "published")
    shutil.copytree(tmp_path / "old", folder / "published")
    assert box.refuses() == "content.older"
    again = Box(box.paths, FolderBucket(folder), organiser.key, box.clock)  # after a restart, too
    assert again.refuses() == "content.older"
    assert again.version == 2
    again.database.close()


def test_two_lists_of_one_number_are_refused(box: Box, organiser: Organiser, folder: Path) -> None:
    organiser.publish()
    box.run()
    index = published_index.decode((folder / INDEX_KEY).read_bytes())
    other = published_index.encode(replace(index, events=()))
    (folder / INDEX_KEY).write_bytes(other)
    signature = organiser.signer.sign(other, published_index.PURPOSE)
    (folder / signature_key(INDEX_KEY)).write_bytes(signature)
    assert box.refuses() == "content.contradicts"
    assert box.version == 1


def test_a_frozen_list_is_refused_where_the_time_is_proven(box: Box, organiser: Organiser) -> None:
    organiser.publish()
    box.clock.advance(timedelta(days=91).total_seconds())
    assert box.refuses() == "content.expired"
    box.clock.trust = ClockTrust.TOLD  # a phone that lies must not lock the box out
    box.run()
    assert box.version == 1


@pytest.mark.parametrize("name", ["event.toml", "packing-list.json"])
def test_files_of_two_publications_are_not_mixed(
    box: Box, organiser: Organiser, folder: Path, name: str
) -> None:
    organiser.publish()
    key = published_key(EVENT, name)
    old = {path: (folder / path).read_bytes() for path in (key, signature_key(key))}
    organiser.manifest.write_text(
        organiser.manifest.read_text("utf-8").replace("A Small", "The Small"), "utf-8"
    )
    organiser.publish()
    for path, content in old.items():
        (folder / path).write_bytes(content)
    box.run()
    assert box.version == 0
    assert "is not the one that was published" in box.puller.faults[0]
    organiser.publish()
    box.run()
    assert (box.version, box.puller.faults) == (3, ())


def test_a_signature_of_one_file_is_none_for_another(box: Box, organiser: Organiser, folder: Path) -> None:
    organiser.publish()
    key = signature_key(published_key(EVENT, "event.toml"))
    shutil.copy(folder / signature_key(published_key(EVENT, "packing-list.json")), folder / key)
    box.run()
    assert "is not signed" in box.puller.faults[0]
    assert box.version == 0


def test_a_film_that_is_not_the_signed_one_never_becomes_one(
    box: Box, organiser: Organiser, folder: Path
) -> None:
    organiser.publish()
    for path in (folder / "published" / "content").iterdir():
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    assert box.refuses() == "source.wrong"
    assert box.refuses() == "source.wrong"
    assert box.store.list() == []
    assert box.version == 0
    assert [film.ready for film in box.rows.wanted()] == [False, False]


def test_a_film_that_fails_does_not_hold_up_the_other(box: Box, organiser: Organiser, folder: Path) -> None:
    organiser.publish()
    listed = packing_list.decode((folder / published_key(EVENT, "packing-list.json")).read_bytes())
    (folder / content_key(listed.media[0].sha256)).unlink()
    with pytest.raises(MatineeError):
        box.run()
    with pytest.raises(MatineeError):
        while box.puller.step():
            pass
    assert len(box.store.list()) == 1
    assert box.version == 0


def second_evening(organiser: Organiser, folder: Path, clock: HeldClock, starts: str) -> Organiser:
    """The same organiser's other event, of one film that no other has."""
    other = Organiser(folder, organiser.bucket, clock, organiser.signer)
    text = other.manifest.read_text("utf-8").replace('"small-evening"', '"other-evening"')
    other.manifest.write_text(text.replace("2026-11-27", starts), "utf-8")
    make_film(other.evening / "short.mp4", 2)
    other.publish()
    return other


def is_laid(box: Box, event: str) -> bool:
    return laid_packing(box.paths.events, EventId(event)) is not None


def test_an_event_that_can_not_come_does_not_hold_up_the_others(
    box: Box, organiser: Organiser, folder: Path, tmp_path: Path, clock: HeldClock
) -> None:
    organiser.publish()
    listed = packing_list.decode((folder / published_key(EVENT, "packing-list.json")).read_bytes())
    second_evening(organiser, tmp_path / "other", clock, "2026-11-28")
    lost = content_key(next(film.sha256 for film in listed.media if film.name == "short.mp4"))
    content = (folder / lost).read_bytes()
    (folder / lost).unlink()
    for _ in range(2):
        with pytest.raises(MatineeError):
            while box.puller.step():
                pass
    assert is_laid(box, "other-evening")
    assert box.version == 0
    (folder / lost).write_bytes(content)
    while box.puller.step():
        pass
    assert box.version == 1


def test_the_event_that_starts_first_comes_first(
    box: Box, organiser: Organiser, tmp_path: Path, clock: HeldClock
) -> None:
    organiser.publish()
    second_evening(organiser, tmp_path / "other", clock, "2026-11-26")
    while not is_laid(box, "other-evening"):
        assert box.puller.step()
    assert box.version == 0


def test_an_event_for_another_box_is_left(box: Box, organiser: Organiser, folder: Path) -> None:
    organiser.publish()
    index = published_index.decode((folder / INDEX_KEY).read_bytes())
    content = published_index.encode(
        replace(index, version=2, events=tuple(replace(event, boxes=("box-2",)) for event in index.events))
    )
    (folder / INDEX_KEY).write_bytes(content)
    (folder / signature_key(INDEX_KEY)).write_bytes(organiser.signer.sign(content, published_index.PURPOSE))
    box.run()
    assert box.version == 0
    assert box.store.list() == []


def test_what_was_begun_and_is_not_wanted_any_more_is_abandoned(
    box: Box, organiser: Organiser, folder: Path
) -> None:
    organiser.publish()
    for path in (folder / "published" / "content").iterdir():
        path.write_bytes(path.read_bytes()[:-2_000_000])
    box.refuses()
    assert box.store.unfinished()
    index = published_index.decode((folder / INDEX_KEY).read_bytes())
    content = published_index.encode(replace(index, version=2, events=()))
    (folder / INDEX_KEY).write_bytes(content)
    (folder / signature_key(INDEX_KEY)).write_bytes(organiser.signer.sign(content, published_index.PURPOSE))
    box.run()
    assert box.store.unfinished() == []
    assert box.rows.wanted() == []
