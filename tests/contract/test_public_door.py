"""What strangers may do in the bucket is the server's to enforce: a real S3 server, a real form."""

from __future__ import annotations

from datetime import UTC, datetime

import boto3
import pytest
import requests
from botocore.config import Config

from appliance.bucket.bucket_s3 import S3Bucket
from appliance.bucket.public_door import LARGEST_FORM_BYTES, DropForm
from appliance.bucket.public_door_s3 import S3Door
from appliance.dev.object_store import ObjectStore
from appliance.ids import new_id
from lab.object_store_fixture import box_settings, object_store, organiser_settings

__all__ = ["object_store"]

FORM = b'{"id":"' + b"x" * 400 + b'"}'
NOW = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)


@pytest.fixture
def bucket(object_store: ObjectStore) -> S3Bucket:
    return S3Bucket(organiser_settings(object_store, f"door-{new_id().lower()}"))


@pytest.fixture
def form(bucket: S3Bucket) -> DropForm:
    return S3Door(bucket).form("inbox/small-evening/", NOW, days=30)


def post(form: DropForm, content: bytes = FORM, name: str = "a.json", **changed: str) -> requests.Response:
    fields = {**form.fields, "key": form.fields["key"].replace("${filename}", name), **changed}
    return requests.post(form.url, fields, files={"file": (name, content, "application/json")}, timeout=20)


def inbox(bucket: S3Bucket) -> list[str]:
    return [found.key for found in bucket.list()]


def test_a_form_is_taken_once_by_its_name_and_the_answer_names_it(form: DropForm, bucket: S3Bucket) -> None:
    for _ in range(2):
        answer = post(form)
        assert answer.status_code == 201
        assert "a.json" in answer.text
    assert inbox(bucket) == ["inbox/small-evening/a.json"]
    assert bucket.get("inbox/small-evening/a.json") == FORM


@pytest.mark.parametrize(
    ("content", "changed"),
    [
        pytest.param(b"x" * (LARGEST_FORM_BYTES + 1), {}, id="too large"),
        pytest.param(b"{}", {}, id="too small"),
        pytest.param(FORM, {"key": "published/index.json"}, id="another folder"),
        pytest.param(FORM, {"key": "{prefix}published/index.json"}, id="another folder of ours"),
        pytest.param(
            FORM, {"key": "{prefix}inbox/small-evening/../../published/index.json"}, id="up and out"
        ),
        pytest.param(FORM, {"key": "{prefix}inbox/other-evening/a.json"}, id="another evening"),
        pytest.param(FORM, {"Content-Type": "text/html"}, id="another kind"),
        pytest.param(FORM, {"x-amz-signature": "0" * 64}, id="forged"),
    ],
)
def test_everything_else_is_refused(
    form: DropForm, bucket: S3Bucket, content: bytes, changed: dict[str, str]
) -> None:
    prefix = form.fields["key"].partition("inbox/")[0]
    changed = {name: value.replace("{prefix}", prefix) for name, value in changed.items()}
    assert post(form, content, **changed).status_code in {400, 403}
    assert inbox(bucket) == []


def test_a_form_ends(bucket: S3Bucket) -> None:
    ended = S3Door(bucket).form("inbox/small-evening/", NOW, days=-1)
    assert ended.ends < NOW
    assert post(ended).status_code == 403
    assert inbox(bucket) == []


def test_everybody_reads_public_pages_and_nothing_else(bucket: S3Bucket, form: DropForm) -> None:
    door = S3Door(bucket)
    door.open_pages()
    assert door.open_pages() == "", "doing it twice changes nothing"
    bucket.put("public/small-evening/index.html", b"<p>hello", "text/html")
    bucket.put("published/index.json", b"{}", "application/json")
    assert post(form).ok
    read = {
        key: requests.get(f"{door.address}{key}", timeout=20).status_code
        for key in ("public/small-evening/index.html", "published/index.json", "inbox/small-evening/a.json")
    }
    assert list(read.values()) == [200, 403, 403]
    assert requests.get(door.address.partition("/door-")[0] + "?list-type=2", timeout=20).status_code == 403
    assert requests.put(f"{door.address}public/x", b"x", timeout=20).status_code == 403


def test_a_form_that_asks_to_be_read_by_everybody_is_not(bucket: S3Bucket, form: DropForm) -> None:
    """S3 refuses the field; SeaweedFS takes the form and gives nobody a right by it."""
    S3Door(bucket).open_pages()
    if post(form, acl="public-read").ok:
        address = f"{S3Door(bucket).address}inbox/small-evening/a.json"
        assert requests.get(address, timeout=20).status_code == 403


def test_a_key_that_may_not_open_the_bucket_is_said_and_the_form_still_made(
    object_store: ObjectStore,
) -> None:
    door = S3Door(S3Bucket(box_settings(object_store)))
    assert "refuse" in door.open_pages()


def test_what_the_organiser_allowed_before_stays(bucket: S3Bucket) -> None:
    settings = bucket.settings
    client = boto3.client(
        "s3", endpoint_url=settings.endpoint, region_name=settings.region,
        aws_access_key_id=settings.access_key, aws_secret_access_key=settings.secret_key,
        config=Config(s3={"addressing_style": "path"}),
    )  # fmt: skip
    S3Door(bucket).open_pages()
    before = client.get_bucket_policy(Bucket=settings.name)["Policy"]
    S3Door(bucket).open_pages()
    assert client.get_bucket_policy(Bucket=settings.name)["Policy"] == before
    assert bucket.full_key("public/") in before
