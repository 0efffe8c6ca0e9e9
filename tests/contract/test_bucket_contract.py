"""Every bucket keeps the same promises: a plain folder, a real S3 server, a real WebDAV server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from appliance.bucket.bucket import Bucket, Put
from appliance.bucket.opening import open_bucket
from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.ids import new_id
from lab.object_store_fixture import object_store, organiser_settings
from lab.webdav import webdav_server

__all__ = ["object_store"]

TEXT = "text/plain"
MakeBucket = Callable[[str], Bucket]


@pytest.fixture(scope="module")
def webdav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketTable]:
    with webdav_server(tmp_path_factory.mktemp("webdav")) as settings:
        yield settings


@pytest.fixture(params=["folder", "s3", "webdav"])
def make_bucket(request: pytest.FixtureRequest, tmp_path: Path) -> MakeBucket:
    """Make buckets with a prefix each, all in one place that no other test uses."""
    own = new_id()

    def make(prefix: str) -> Bucket:
        if request.param == "folder":
            settings = BucketTable(folder=str(tmp_path), prefix=prefix)
        elif request.param == "webdav":
            account = request.getfixturevalue("webdav")
            settings = msgspec.structs.replace(account, prefix=f"{own}/{prefix}")
        else:
            store = request.getfixturevalue("object_store")
            settings = organiser_settings(store, f"{own}/{prefix}")
        bucket = open_bucket(settings)
        assert bucket is not None
        return bucket

    return make


@pytest.fixture
def bucket(make_bucket: MakeBucket) -> Bucket:
    return make_bucket("organiser")


@pytest.mark.parametrize(
    "content", [b"", b"one line\n", os.urandom(3_000_000)], ids=["empty", "line", "3 MB"]
)
def test_what_was_put_comes_back_whole(bucket: Bucket, content: bytes) -> None:
    assert bucket.put("boxes/box=a/one.txt", content, TEXT) is Put.STORED
    assert bucket.get("boxes/box=a/one.txt") == content
    assert bucket.exists("boxes/box=a/one.txt")


def test_a_stretch_of_an_object_is_read_alone(bucket: Bucket) -> None:
    content = os.urandom(1_000_003)
    bucket.put("published/content/film", content, TEXT)
    for offset, length in ((0, 1), (17, 600_000), (1_000_000, 3), (1_000_000, 50)):
        assert b"".join(bucket.read("published/content/film", offset, length)) == content[offset:][:length]
    with pytest.raises(MatineeError) as caught:
        list(bucket.read("published/content/none", 0, 1))
    assert caught.value.key == "bucket.no_object"


def test_a_file_goes_up_and_comes_down_whole(bucket: Bucket, tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(os.urandom(12_000_000))
    into = tmp_path / "fetched.mp4"
    assert bucket.put("clips/c.landscape.mp4", source, "video/mp4", only_if_absent=True) is Put.STORED
    assert bucket.fetch("clips/c.landscape.mp4", into).read_bytes() == source.read_bytes()


def test_how_much_of_a_film_has_left_is_told_as_it_goes(bucket: Bucket, tmp_path: Path) -> None:
    film, told = tmp_path / "film", []
    film.write_bytes(os.urandom(3_000_000))
    bucket.put("published/content/film", film, TEXT, progress=lambda done, size: told.append((done, size)))
    assert {size for _, size in told} == {3_000_000}
    assert told[-1][0] == 3_000_000
    sent = [done for done, _ in told]
    last_begin = max((at for at in range(1, len(sent)) if sent[at] < sent[at - 1]), default=0)
    assert sent[last_begin:] == sorted(sent[last_begin:])
    assert len(sent[last_begin:]) >= 3
    assert bucket.get("published/content/film") == film.read_bytes()


def test_a_conditional_put_leaves_what_was_there(bucket: Bucket) -> None:
    assert bucket.put("k", b"first", TEXT, only_if_absent=True) is Put.STORED
    assert bucket.put("k", b"second", TEXT, only_if_absent=True) is Put.ALREADY
    assert bucket.get("k") == b"first"


def test_a_plain_put_replaces_what_was_there(bucket: Bucket) -> None:
    bucket.put("state.json", b"first", TEXT)
    assert bucket.put("state.json", b"second", TEXT) is Put.STORED
    assert bucket.get("state.json") == b"second"


def test_of_many_conditional_puts_at_once_one_is_stored(bucket: Bucket) -> None:
    bucket.put("warm", b"", TEXT)
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda n: bucket.put("k", b"%d" % n, TEXT, only_if_absent=True), range(8)))
    assert tried.count(Put.STORED) == 1
    assert bucket.get("k") == b"%d" % tried.index(Put.STORED)


def test_an_object_that_is_not_there_is_said_to_be_missing(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("other", b"x", TEXT)
    assert not bucket.exists("boxes/nothing")
    for read in (lambda: bucket.get("boxes/nothing"), lambda: bucket.fetch("boxes/nothing", tmp_path / "n")):
        with pytest.raises(MatineeError) as refused:
            read()
        assert refused.value.key == "bucket.no_object"
        assert "boxes/nothing" in refused.value.sentence
    assert not (tmp_path / "n").exists()


def test_a_listing_keeps_to_its_prefix(bucket: Bucket) -> None:
    for key in (
        "boxes/box=b/state.json",
        "boxes/box=a/x/2",
        "boxes/box=a/x/10",
        "boxes/box=a/x-1",
        "public/i",
    ):
        bucket.put(key, key.encode(), TEXT)
    listed = sorted(bucket.list("boxes/box=a/"), key=lambda found: found.key)
    assert [found.key for found in listed] == ["boxes/box=a/x-1", "boxes/box=a/x/10", "boxes/box=a/x/2"]
    assert [found.size_bytes for found in listed] == [len(found.key) for found in listed]
    assert len(list(bucket.list())) == 5


def test_a_listing_of_nothing_is_empty(bucket: Bucket) -> None:
    assert list(bucket.list("boxes/")) == []


def test_one_prefix_does_not_see_the_other(make_bucket: MakeBucket) -> None:
    one, other = make_bucket("one"), make_bucket("/two/")
    one.put("k", b"1", TEXT)
    assert not other.exists("k")
    assert list(other.list()) == []
    other.put("k", b"2", TEXT)
    assert one.get("k") == b"1"


@pytest.mark.parametrize(
    "key", ["event=a%2Fb/date=2026-11-27/f.ndjson.gz", "event=caf%C3%A9/x", "a b/c+d&e=f~'()"]
)
def test_keys_with_odd_letters_are_the_same_everywhere(bucket: Bucket, key: str) -> None:
    bucket.put(key, b"odd", TEXT, only_if_absent=True)
    assert bucket.get(key) == b"odd"
    assert [found.key for found in bucket.list()] == [key]
