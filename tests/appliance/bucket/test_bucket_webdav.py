"""What a WebDAV server, or what stands in its place, can do to a box; its promises: tests/contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.bucket.bucket import Metered
from appliance.bucket.bucket_webdav import TEMPORARY, WebdavBucket
from appliance.bucket.opening import open_bucket
from appliance.bucket.webdav_listing import NoListingError, listed
from appliance.config import BucketTable
from appliance.errors import MatineeError
from lab.webdav import webdav_server

TEXT = "text/plain"
ENTRY = (
    "<D:response><D:href>{}</D:href><D:propstat><D:prop><D:getcontentlength>{}</D:getcontentlength>"
    "</D:prop></D:propstat></D:response>"
)
PLACE = "/dav/club/"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketTable]:
    with webdav_server(tmp_path_factory.mktemp("dav")) as settings:
        yield settings


def refusal(settings: BucketTable, **changes: str) -> MatineeError:
    bucket = open_bucket(msgspec.structs.replace(settings, **changes))
    assert bucket is not None
    with pytest.raises(MatineeError) as caught:
        bucket.put("boxes/box=a/one", b"x", TEXT)
    with pytest.raises(MatineeError):
        bucket.exists("boxes/box=a/one")
    with pytest.raises(MatineeError):
        list(bucket.list())
    return caught.value


def test_a_wrong_password_is_said_and_never_shown(account: BucketTable) -> None:
    fault = refusal(account, secret_key="hush-hush")
    assert fault.key == "bucket.refused"
    assert "name and password" in fault.sentence
    assert "hush-hush" not in fault.sentence


def test_a_login_page_in_its_place_takes_nothing(account: BucketTable) -> None:
    fault = refusal(account, webdav=account.webdav.replace("/dav", "/hotel"))
    assert fault.key == "bucket.away"


def test_a_server_that_is_not_there_is_away(account: BucketTable) -> None:
    assert refusal(account, webdav="http://127.0.0.1:1/dav").key == "bucket.away"


def test_what_was_cut_is_in_no_listing_and_a_folder_taken_away_is_made_again(account: BucketTable) -> None:
    bucket = WebdavBucket(account)
    bucket.put("boxes/box=a/one", b"x", TEXT)
    bucket.put(f"boxes/box=a/{TEMPORARY}half", b"h", TEXT)
    assert [found.key for found in bucket.list("boxes/")] == ["boxes/box=a/one"]
    bucket._ask("DELETE", f"{account.webdav}/boxes/")  # noqa: SLF001 somebody tidied up
    with pytest.raises(MatineeError):
        bucket.put("boxes/box=a/one", b"x", TEXT)
    bucket.put("boxes/box=a/one", b"x", TEXT)
    assert bucket.get("boxes/box=a/one") == b"x"


@pytest.mark.parametrize("key", ["", "/etc/passwd", "a/../../b", "a/\0"])
def test_no_key_leads_out_of_the_folder(account: BucketTable, key: str) -> None:
    with pytest.raises(MatineeError) as caught:
        WebdavBucket(account).put(key, b"x", TEXT)
    assert caught.value.key == "bucket.bad_key"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/dav/club/../x",
        "/dav/club/a/b",
        "/dav/club/",
        "/dav/club/..",
        "/dav/club/%2e%2e",
        "",
        "//x",
    ],
)
def test_a_hostile_listing_leads_nowhere(path: str) -> None:
    assert listed(answer(path), PLACE) == []


def test_a_listing_is_read_and_what_is_none_is_refused() -> None:
    (one,) = listed(answer("http://host/dav/club/caf%C3%A9%20x"), PLACE)
    assert (one.name, one.is_folder, one.size_bytes) == ("café x", False, 7)
    assert listed(answer("/dav/club/x", "-9e99"), PLACE)[0].size_bytes == 0
    bomb = b'<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + answer("/dav/club/x")
    for content in (b"", b"<html></html>", b"<D:multistatus", bomb):
        with pytest.raises(NoListingError):
            listed(content, PLACE)


def answer(path: str, size: str = "7") -> bytes:
    return f'<D:multistatus xmlns:D="DAV:">{ENTRY.format(path, size)}</D:multistatus>'.encode()


def test_two_places_are_not_meant(tmp_path: Path) -> None:
    both = BucketTable(folder=str(tmp_path), webdav="https://x", access_key="a", secret_key="b")
    with pytest.raises(MatineeError) as caught:
        open_bucket(both)
    assert caught.value.key == "bucket.two_places"


def test_what_a_cut_left_behind_is_gone_with_the_next_put_beside_it(
    account: BucketTable, tmp_path: Path
) -> None:
    def stop(done: int, _size: int) -> None:
        if done > 1 << 20:
            raise KeyboardInterrupt

    (tmp_path / "film").write_bytes(b"f" * (3 << 20))
    bucket = WebdavBucket(account)
    bucket.put("clips/one", b"1", TEXT)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            bucket.put("clips/film", tmp_path / "film", TEXT, progress=stop)
    bucket._ask("PUT", f"{account.webdav}/clips/{TEMPORARY}power-cut", {}, b"half")  # noqa: SLF001 another's
    other = WebdavBucket(account)
    other.put("clips/film", tmp_path / "film", TEXT)
    names = [found.name for found in other._level("clips")]  # noqa: SLF001 what no listing shows
    assert sorted(names) == ["film", "one"]


def test_every_byte_of_the_line_is_counted(account: BucketTable) -> None:
    bucket = WebdavBucket(account)
    bucket.put("counted/one", b"x" * 100_000, TEXT)
    assert 100_000 < bucket.traffic.sent_bytes < 104_000
    before = bucket.traffic.received_bytes
    bucket.get("counted/one")
    assert 100_000 < bucket.traffic.received_bytes - before < 101_000
    assert isinstance(bucket, Metered)
