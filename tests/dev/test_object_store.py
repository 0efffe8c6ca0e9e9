"""The S3 server of `matinee dev`: real, on loopback only, two identities held to their rights."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from appliance.bucket.rights import box_policy
from appliance.dev.object_store import REGION, ObjectStore
from appliance.dev.object_store_settings import Keys, settings_of
from appliance.errors import MatineeError
from appliance.ids import BoxId

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

OWN = "boxes/box=harbour-1/"
LISTENING = "0A"


def client_of(store: ObjectStore, keys: Keys) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name=REGION,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )


def keys_in(client: S3Client, store: ObjectStore, prefix: str = "") -> list[str]:
    found = client.list_objects_v2(Bucket=store.bucket, Prefix=prefix)
    return [entry["Key"] for entry in found.get("Contents", [])]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with ObjectStore(tmp_path_factory.mktemp("store"), box=BoxId("harbour-1")) as running:
        client_of(running, running.organiser).put_object(
            Bucket=running.bucket, Key="published/index.json", Body=b"{}"
        )
        yield running


def test_a_box_puts_its_own_whole_or_in_parts_and_reads_what_is_published(store: ObjectStore) -> None:
    box: Any = client_of(store, store.box)
    place = {"Bucket": store.bucket, "Key": OWN + "clip.mp4"}
    box.put_object(Bucket=store.bucket, Key=OWN + "state.json", Body=b"now")
    upload = {**place, "UploadId": box.create_multipart_upload(**place)["UploadId"]}
    part = box.upload_part(**upload, PartNumber=1, Body=b"c" * 100)
    assert len(box.list_parts(**upload)["Parts"]) == 1
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    box.complete_multipart_upload(**upload, MultipartUpload=parts)
    given_up = {**place, "UploadId": box.create_multipart_upload(**place)["UploadId"]}
    box.abort_multipart_upload(**given_up)
    assert box.get_object(Bucket=store.bucket, Key="published/index.json")["Body"].read() == b"{}"


def test_a_box_reads_lists_and_deletes_nothing_not_even_of_its_own(store: ObjectStore) -> None:
    box: Any = client_of(store, store.box)
    organiser: Any = client_of(store, store.organiser)
    people = {"Bucket": store.bucket, "Key": f"{OWN}event=e/date=2026-11-27/people-1-1.ndjson.gz"}
    box.put_object(**people, Body=b"sealed")
    for act in (box.get_object, box.head_object, box.delete_object, box.get_object_tagging):
        with pytest.raises(ClientError, match=r"AccessDenied|403"):
            act(**people)
    for prefix in (OWN, "published/", ""):
        with pytest.raises(ClientError, match="AccessDenied"):
            keys_in(box, store, prefix)
    for ask in (box.list_multipart_uploads, box.delete_bucket_policy, box.delete_bucket):
        with pytest.raises(ClientError, match="AccessDenied"):
            ask(Bucket=store.bucket)
    box.delete_objects(Bucket=store.bucket, Delete={"Objects": [{"Key": people["Key"]}]})
    assert organiser.get_object(**people)["Body"].read() == b"sealed"


@pytest.mark.parametrize(
    "key", ["boxes/box=harbour-10/state.json", "boxes/box=harbour-2/x", "published/index.json", "public/e/x"]
)
def test_a_box_can_not_write_elsewhere(store: ObjectStore, key: str) -> None:
    box = client_of(store, store.box)
    for act in (box.put_object, box.delete_object, box.create_multipart_upload):
        with pytest.raises(ClientError, match="AccessDenied"):
            act(Bucket=store.bucket, Key=key)


def test_a_box_can_not_read_or_list_others(store: ObjectStore) -> None:
    other = "boxes/box=harbour-2/state.json"
    client_of(store, store.organiser).put_object(Bucket=store.bucket, Key=other, Body=b"theirs")
    box = client_of(store, store.box)
    with pytest.raises(ClientError, match="AccessDenied"):
        box.get_object(Bucket=store.bucket, Key=other)
    with pytest.raises(ClientError, match="AccessDenied"):
        box.copy_object(
            Bucket=store.bucket, Key=OWN + "copy", CopySource={"Bucket": store.bucket, "Key": other}
        )
    for prefix in ("", "boxes/", "boxes/box=harbour-2/"):
        with pytest.raises(ClientError, match="AccessDenied"):
            keys_in(box, store, prefix)


def test_a_wrong_secret_and_a_stranger_are_refused(store: ObjectStore) -> None:
    wrong = client_of(store, Keys(store.box.access_key, "wrong"))
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        wrong.put_object(Bucket=store.bucket, Key=OWN + "x", Body=b"x")
    with pytest.raises(requests.HTTPError, match="403"):
        requests.get(f"{store.endpoint}/{store.bucket}/published/index.json", timeout=10).raise_for_status()


def sockets_of(pid: int) -> set[str]:
    """Return the inodes of a process's sockets; descriptors come and go while one looks."""
    found = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(entry.readlink()).removeprefix("socket:[").rstrip("]"))
    return found


def test_only_loopback_listens_and_nobody_is_told_of_it(store: ObjectStore) -> None:
    assert store.pid is not None
    mine = sockets_of(store.pid)
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{table}").read_text().splitlines()
    ]
    listening = {row[1].partition(":")[0] for row in rows if row[3] == LISTENING and row[9] in mine}
    assert listening == {"0100007F"}
    assert b"-master.telemetry=false" in Path(f"/proc/{store.pid}/cmdline").read_bytes().split(b"\0")


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    with ObjectStore(tmp_path / "store"):
        for name in ("settings.json", "s3.json"):
            assert (tmp_path / "store" / name).stat().st_mode & 0o777 == 0o600


def test_objects_and_keys_outlive_a_restart_even_on_other_ports(tmp_path: Path) -> None:
    with ObjectStore(tmp_path) as first:
        client_of(first, first.box).put_object(
            Bucket=first.bucket, Key="boxes/box=1/clip", Body=b"c" * 100_000
        )
        endpoint, keys = first.endpoint, first.box
    with ObjectStore(tmp_path) as second:
        assert (second.endpoint, second.box) == (endpoint, keys)
    with (
        socket.create_server(("127.0.0.1", int(endpoint.rpartition(":")[2]))),
        ObjectStore(tmp_path) as third,
    ):
        assert third.endpoint != endpoint
        assert third.box == keys
        organiser = client_of(third, third.organiser)
        body = organiser.get_object(Bucket=third.bucket, Key="boxes/box=1/clip")["Body"]
        assert body.read() == b"c" * 100_000


def test_a_second_one_on_the_same_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with ObjectStore(tmp_path) as first:
        with pytest.raises(MatineeError) as caught:
            ObjectStore(tmp_path).start()
        assert caught.value.key == "dev.object_store_second"
        assert str(os.getpid()) in caught.value.sentence
        assert keys_in(client_of(first, first.organiser), first) == []


def test_two_run_side_by_side_and_know_nothing_of_each_other(store: ObjectStore, tmp_path: Path) -> None:
    with ObjectStore(tmp_path) as other:
        assert keys_in(client_of(other, other.organiser), other) == []
        with pytest.raises(ClientError, match="InvalidAccessKeyId"):
            keys_in(client_of(other, store.organiser), other)


def test_the_server_of_a_killed_owner_is_ended_and_its_objects_are_kept(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from appliance.dev.object_store import ObjectStore\n"
        "store = ObjectStore(Path(sys.argv[1])); store.start(); print(store.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    owner = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=False
    )
    assert owner.returncode == -signal.SIGKILL
    left_over = Path("/proc") / owner.stdout.strip()
    assert left_over.exists()
    with ObjectStore(tmp_path) as store:
        assert not left_over.exists() or "State:\tZ" in (left_over / "status").read_text()
        assert keys_in(client_of(store, store.organiser), store) == []


def test_a_server_that_can_not_start_says_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "filerldb2").write_text("no folder")
    store = ObjectStore(tmp_path)
    with pytest.raises(MatineeError, match=r"Its last words: .*filerldb2") as caught:
        store.start()
    assert caught.value.key == "dev.object_store_ended"
    assert store.pid is None


def test_a_stopped_server_leaves_no_sockets_in_the_common_folder(tmp_path: Path) -> None:
    with ObjectStore(tmp_path):
        pass
    ports = settings_of(tmp_path).ports
    left = {socket.name.rpartition("-")[2] for socket in Path("/tmp").glob("seaweedfs-*.sock")}  # noqa: S108
    assert left.isdisjoint(f"{port}.sock" for port in ports.all)


def test_asking_for_the_address_too_early_is_told(tmp_path: Path) -> None:
    with pytest.raises(MatineeError, match="not been started"):
        _ = ObjectStore(tmp_path).endpoint


def test_damaged_settings_are_made_anew(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")
    assert settings_of(tmp_path) == settings_of(tmp_path)


@given(
    prefix=st.sampled_from(["", "matinee", "/a/b/", "odd*prefix"]),
    box=st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()),
)
def test_whatever_box_and_prefix_a_policy_names_that_boxs_prefix_alone(prefix: str, box: str) -> None:
    allowed = box_policy("bucket", prefix, BoxId(box), "arn:aws:iam::000000000000:user/box")
    resources = [resource for one in allowed["Statement"] for resource in one["Resource"]]
    assert len(resources) == 2
    for resource in resources:
        assert resource.startswith("arn:aws:s3:::bucket/")
        assert resource.endswith("/*")
        assert resource.replace("${*}", "").count("*") == 1
        assert "?" not in resource.replace("${?}", "")
