"""What people read when the S3 server is away, refuses, or is not one at all. All on real servers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from appliance.bucket.bucket import Bucket, Put
from appliance.bucket.bucket_s3 import S3Bucket
from appliance.bucket.opening import open_bucket
from appliance.bucket.rights import box_policy
from appliance.cli.root import matinee
from appliance.clock import ClockTrust, HeldClock
from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.ids import BoxId, new_id
from lab.object_store_fixture import box_settings, organiser_settings

PAGE = b"<html><body>Welcome to Hotel Meridian. Please log in.</body></html>"


def opened(settings: BucketTable, **changes: str) -> Bucket:
    bucket = open_bucket(msgspec.structs.replace(settings, **changes))
    assert bucket is not None
    return bucket


def refusal_of_a_put(bucket: Bucket) -> MatineeError:
    with pytest.raises(MatineeError) as refused:
        bucket.put("boxes/box=a/k", b"x", "text/plain", only_if_absent=True)
    assert bucket.where in refused.value.sentence
    return refused.value


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secret_key": "wrong"}, "the secret key is wrong"),
        ({"access_key": "NOBODY"}, "it does not know this access key"),
        ({"name": "no-such-bucket"}, "there is no bucket of that name"),
    ],
)
def test_wrong_settings_are_refused_with_the_reason(
    object_store: ObjectStore, changes: dict[str, str], reason: str
) -> None:
    fault = refusal_of_a_put(opened(organiser_settings(object_store), **changes))
    assert fault.key == "bucket.refused"
    assert reason in fault.sentence


def test_no_sentence_holds_the_secret(object_store: ObjectStore) -> None:
    fault = refusal_of_a_put(opened(organiser_settings(object_store), secret_key="hush-hush"))
    assert "hush-hush" not in fault.sentence


def test_a_box_may_put_under_its_own_prefix_only(object_store: ObjectStore) -> None:
    bucket = opened(box_settings(object_store))
    assert bucket.put(f"boxes/box={new_id()}/k", b"x", "text/plain", only_if_absent=True) is Put.STORED
    with pytest.raises(MatineeError) as refused:
        bucket.put("published/index.json", b"{}", "application/json")
    assert refused.value.key == "bucket.refused"
    assert "may not" in refused.value.sentence


def test_the_printed_policy_is_the_one_that_the_server_enforces(
    object_store: ObjectStore, tmp_path: Path
) -> None:
    told = object_store.organiser
    (tmp_path / "bucket.toml").write_text(
        f'[bucket]\nendpoint = "{object_store.endpoint}"\nname = "{object_store.bucket}"\n'
        f'access_key = "{told.access_key}"\nsecret_key = "{told.secret_key}"\n'
    )
    asked = ["cloud", "policy", "box-1", "--folder", str(tmp_path)]
    printed = json.loads(CliRunner().invoke(matinee, [*asked, "--principal", "arn:x"]).output)
    assert printed == box_policy(object_store.bucket, "", BoxId("box-1"), "arn:x")
    assert "Principal" not in CliRunner().invoke(matinee, asked).output
    (tmp_path / "bucket.toml").write_text('[bucket]\nfolder = "/srv/bucket"\n')
    refused = CliRunner().invoke(matinee, asked)
    assert (refused.exit_code, "No S3 storage" in refused.output) == (1, True)


def test_a_server_that_stops_is_away_and_that_comes_back_is_there(tmp_path: Path) -> None:
    with ObjectStore(tmp_path / "store") as store:
        bucket = opened(organiser_settings(store))
        assert bucket.put("k", b"1", "text/plain", only_if_absent=True) is Put.STORED
        store.stop()
        assert refusal_of_a_put(bucket).key == "bucket.away"
        store.start()
        assert bucket.put("k", b"2", "text/plain", only_if_absent=True) is Put.ALREADY
        assert bucket.get("k") == b"1"


class _Hotel(BaseHTTPRequestHandler):
    status = 200

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PAGE)

    do_GET = do_PUT = do_HEAD = _answer  # noqa: N815 the names are http.server's

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(params=[200, 302, 403, 503])
def hotel(request: pytest.FixtureRequest) -> Iterator[str]:
    handler = type("Answer", (_Hotel,), {"status": request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_hotels_login_page_is_no_bucket(hotel: str, tmp_path: Path) -> None:
    bucket = opened(BucketTable(endpoint=hotel, access_key="a", secret_key="b"))
    assert refusal_of_a_put(bucket).key in {"bucket.away", "bucket.refused"}
    for read in (
        lambda: bucket.get("k"),
        lambda: bucket.fetch("k", tmp_path / "k"),
        lambda: bucket.exists("k"),
        lambda: list(bucket.list()),
    ):
        with pytest.raises(MatineeError) as refused:
            read()
        assert refused.value.key in {"bucket.away", "bucket.refused"}
    assert list(tmp_path.iterdir()) == []


def test_an_endpoint_that_is_no_address_is_refused() -> None:
    fault = refusal_of_a_put(opened(BucketTable(endpoint="my bucket", access_key="a", secret_key="b")))
    assert fault.key == "bucket.refused"


def test_settings_that_can_not_be_meant_are_said_at_once() -> None:
    with pytest.raises(MatineeError, match="no access key"):
        open_bucket(BucketTable(endpoint="http://127.0.0.1:1"))
    with pytest.raises(MatineeError, match="Keep the one"):
        open_bucket(BucketTable(endpoint="http://127.0.0.1:1", folder="/media/stick"))
    assert open_bucket(BucketTable()) is None


@pytest.mark.parametrize("wrong", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_a_wrong_clock_is_asked_again_by_the_buckets_own_time(
    object_store: ObjectStore, wrong: datetime
) -> None:
    """The real server refuses the first signature, and its answer says what time it is there."""
    bucket = S3Bucket(organiser_settings(object_store), HeldClock(wrong, ClockTrust.NONE))
    fault = refusal_of_a_put(bucket)
    assert fault.key == "bucket.away", "it is tried again by itself"
    assert "asked again by its own time" in fault.sentence
    assert bucket.put(f"late-{new_id()}", b"x", "text/plain", only_if_absent=True) is Put.STORED
