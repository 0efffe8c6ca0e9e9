"""Large clips go up in parts, into a real S3 server: what is up stays up, whatever is cut or killed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import boto3
import pytest

from appliance.bucket.opening import open_bucket
from appliance.bucket.parts import InParts, Stretch, digests, stretches
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.model.stored_part import PART_BYTES, StoredPart
from appliance.paths import Service
from appliance.store.outbox import Lane
from appliance.sync import clip_upload, object_content, push
from appliance.sync.part_flights import MOST, Flight, Flights
from cache.fetching import Progress
from lab.endless_stick import endless_stick
from lab.fault_proxy import FaultProxy, Faults
from lab.filming import clip_of
from lab.object_store_fixture import box_settings, opened, organiser_settings
from lab.outbox_owners import arrived
from lab.pushing_box import Box

PARTS = 4
SIZE = (PARTS - 1) * PART_BYTES + 12_345
LONG = 8 * PART_BYTES


@pytest.fixture
def line(object_store: ObjectStore) -> Iterator[FaultProxy]:
    with FaultProxy(int(object_store.endpoint.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture
def far(box: Box, object_store: ObjectStore, line: FaultProxy) -> Box:
    """The box, its bucket at the other end of the line, under a prefix of its own."""
    bucket = open_bucket(box_settings(object_store, endpoint=f"http://127.0.0.1:{line.port}"))
    assert bucket is not None
    box.bucket, box.reads = bucket, opened(organiser_settings(object_store))
    box.start()
    return box


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a step is a part."""
    monkeypatch.setattr(clip_upload, "MOST", 1)


def film(box: Box, size: int = SIZE) -> tuple[str, bytes]:
    return clip_of(box, size)


def test_a_restart_after_every_part_sends_none_of_them_again(far: Box, line: FaultProxy) -> None:
    key, content = film(far)
    before = line.seen.up_bytes
    while not far.rows.pushed():
        assert far.pusher.step()
        far.start()
    assert far.reads.get(key) == content
    assert (line.seen.up_bytes - before) / SIZE <= 1.02


def test_a_cut_within_a_part_costs_that_part_and_no_more(
    far: Box, line: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "LOOK_S", 0.0)
    key, content = film(far, LONG)
    before, broken = line.seen.up_bytes, 0
    line.faults = Faults(bytes_per_s=24e6)
    targets = iter((before + LONG // 2, before + LONG * 7 // 8))
    at = [next(targets)]

    def cut() -> bool:
        if line.seen.up_bytes >= at[0]:
            at[0] = next(targets, 1 << 40)
            line.reset_all()
        return False

    while not far.rows.pushed():
        far.pusher.overtake = cut
        try:
            far.pusher.step()
        except MatineeError as fault:
            assert fault.key == "bucket.away"
            broken += 1
            far.start()
    assert far.reads.get(key) == content
    assert broken >= 1
    assert line.seen.up_bytes - before <= 1.02 * LONG + 4 * PART_BYTES, "two cuts"


@pytest.mark.usefixtures("one_at_a_time")
def test_a_part_whose_answer_was_lost_is_not_sent_again(far: Box, line: FaultProxy) -> None:
    key, content = film(far)
    before = line.seen.up_bytes
    lose_the_answer(far, key, content)
    far.push_all()
    assert far.reads.get(key) == content
    assert line.seen.up_bytes - before <= 1.02 * SIZE


@pytest.mark.usefixtures("one_at_a_time")
def test_what_arrived_as_that_part_and_is_not_it_is_sent_again(far: Box) -> None:
    key, content = film(far)
    lose_the_answer(far, key, bytes(len(content)))
    far.push_all()
    assert far.reads.get(key) == content


def lose_the_answer(box: Box, key: str, content: bytes) -> None:
    """One part is up and noted; of the next the bucket has ``content``'s, and the box died before it knew."""
    assert box.pusher.step()
    box.start()
    upload = box.rows.uploads.of(1)
    assert upload is not None
    (box.paths.root / "sent").write_bytes(content)
    sent = stretches(box.paths.root / "sent", len(content), digests(box.paths.root / "sent").parts)
    number = next(upload.missing(PARTS))
    assert isinstance(box.bucket, InParts)
    box.bucket.parts.put(key, upload.id, number, sent[number - 1], lambda *_: None)


@pytest.mark.usefixtures("one_at_a_time")
def test_a_sign_up_does_not_wait_for_the_end_of_a_part(far: Box, line: FaultProxy, tmp_path: Path) -> None:
    film(far, 2 * PART_BYTES)
    assert far.pusher.step()
    person = far.owners.person()
    line.faults = Faults(bytes_per_s=8e6)
    assert far.pusher.step()
    upload = far.rows.uploads.of(1)
    assert upload is not None
    assert person in arrived(far.reads, tmp_path / "read", "boxes/box=box/").rows
    assert far.rows.pushed() == {Lane.PEOPLE: 1}


@pytest.mark.usefixtures("one_at_a_time")
def test_an_upload_that_the_bucket_cleared_away_begins_anew(far: Box) -> None:
    key, content = film(far, 2 * PART_BYTES)
    assert far.pusher.step()
    upload = far.rows.uploads.of(1)
    assert upload is not None
    assert isinstance(far.bucket, InParts)
    far.bucket.parts.abort(upload.key, upload.id)
    with pytest.raises(MatineeError, match="begins anew"):
        far.push_all()
    far.push_all()
    assert far.reads.get(key) == content


@pytest.mark.usefixtures("one_at_a_time")
def test_whole_and_not_noted_is_noted_at_the_next_start(far: Box) -> None:
    key, content = film(far, 2 * PART_BYTES)
    for _ in range(2):
        assert far.pusher.step()
    upload = far.rows.uploads.of(1)
    assert upload is not None
    assert isinstance(far.bucket, InParts)
    far.bucket.parts.complete(upload.key, upload.id, list(upload.parts.values()))
    far.start()
    far.push_all()
    assert far.rows.pushed() == {Lane.CLIPS: 1}
    assert far.rows.uploads.of(1) is None
    assert far.reads.get(key) == content


@pytest.mark.usefixtures("one_at_a_time")
def test_what_lies_under_the_name_already_is_not_overwritten(far: Box) -> None:
    key, _ = film(far, 2 * PART_BYTES)
    far.bucket.put(key, b"another", "video/mp4")
    far.push_all()
    assert far.reads.get(key) == b"another"


@pytest.mark.usefixtures("one_at_a_time")
def test_an_upload_of_a_clip_that_went_away_is_taken_back(far: Box, object_store: ObjectStore) -> None:
    key, _ = film(far, 2 * PART_BYTES)
    assert far.pusher.step()
    assert key in uploads_at(object_store)
    (far.paths.clips / Path(key).name).unlink()
    far.start()
    assert far.pusher.step()
    assert "no longer on this box" in far.rows.given_up()[0]
    film(far, 2 * PART_BYTES)
    far.push_all()
    assert key not in uploads_at(object_store)


@pytest.mark.usefixtures("one_at_a_time")
def test_of_a_clip_that_was_taken_down_the_bucket_keeps_no_part(far: Box, object_store: ObjectStore) -> None:
    key, _ = film(far, 3 * PART_BYTES)
    assert far.pusher.step()
    assert key in uploads_at(object_store)
    with far.owners.files[Service.CAPTURE].transaction() as tx:
        tx.execute("UPDATE clip SET withdrawn_at = made_at WHERE id = ?", (Path(key).name.partition(".")[0],))
    for _ in range(2):
        far.push_all()
    assert key not in uploads_at(object_store)
    assert not far.reads.exists(key)


def test_a_part_that_was_damaged_on_the_card_is_refused(far: Box) -> None:
    key, content = film(far, 2 * PART_BYTES)
    assert isinstance(far.bucket, InParts)
    path = far.paths.clips / Path(key).name
    first = stretches(path, len(content), digests(path).parts)[0]
    upload = far.bucket.parts.begin(key, "video/mp4")
    with pytest.raises(MatineeError, match="damaged on its way"):
        far.bucket.parts.put(key, upload, 1, replace(first, sha256=sha256(b"").digest()), lambda *_: None)
    far.bucket.parts.abort(key, upload)


@pytest.mark.usefixtures("one_at_a_time")
def test_a_clip_that_is_damaged_between_two_parts_does_not_arrive(far: Box) -> None:
    key, content = film(far, 3 * PART_BYTES)
    assert far.pusher.step()
    far.start()
    with (far.paths.clips / Path(key).name).open("r+b") as file:
        file.seek(2 * PART_BYTES + 7)
        file.write(bytes([content[2 * PART_BYTES + 7] ^ 1]))
    with pytest.raises(MatineeError, match="damaged on its way"):
        far.push_all()
    far.push_all()
    assert "is not what it was" in far.rows.given_up()[0]
    assert not far.reads.exists(key)


def uploads_at(store: ObjectStore) -> set[str]:
    settings = organiser_settings(store)
    client = boto3.client(
        "s3", endpoint_url=settings.endpoint, region_name=settings.region,
        aws_access_key_id=settings.access_key, aws_secret_access_key=settings.secret_key,
    )  # fmt: skip
    return {found["Key"] for found in client.list_multipart_uploads(Bucket=settings.name).get("Uploads", ())}


def test_the_next_part_is_on_its_way_before_the_answer_to_the_last_one_came(
    far: Box, line: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, content = film(far, 4 * PART_BYTES)
    line.faults = Faults(bytes_per_s=30e6)
    ahead: list[int] = []
    take = Flights.take

    def taken(flights: Flights) -> list[Flight]:
        ahead.append(len(flights.numbers))
        return take(flights)

    monkeypatch.setattr(Flights, "take", taken)
    far.push_all()
    assert 2 <= max(ahead) <= MOST
    assert far.reads.get(key) == content


def test_bytes_of_two_parts_never_share_the_line(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(bytes(30))
    parts = stretches(tmp_path / "film", 30, [b""] * 3, 10)
    answers, seen = [threading.Event() for _ in parts], threading.Condition()
    underway: list[int] = []

    def send(number: int, part: Stretch, progress: Progress) -> StoredPart:
        with seen:
            underway.append(number)
            seen.notify_all()
        answers[number - 1].wait(10)
        progress(part.length, part.length)
        with seen:
            seen.wait_for(lambda: len(underway) > number or number == len(parts), 10)
        return StoredPart(str(number), b"")

    flights = Flights()
    flights.start(1, parts[0], send)
    with seen:
        assert seen.wait_for(lambda: underway == [1], 10)
    assert not flights.has_room, "its bytes still leave"
    for number in (2, 3):
        answers[number - 2].set()
        flights.wait(10, for_room=True)
        flights.take()
        while not flights.has_room:
            flights.wait(10, for_room=True)
            flights.take()
        flights.start(number, parts[number - 1], send)
    answers[2].set()
    while flights.numbers:
        flights.wait(10)
        flights.take()
    assert underway == [1, 2, 3]


def known(box: Box, size: int) -> tuple[str, bytes]:
    """A clip as capture leaves it: the digests of its parts stand in its row."""
    return clip_of(box, size, parts=True)


def test_a_clip_whose_parts_are_known_is_read_only_to_be_sent(
    far: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, content = known(far, SIZE)
    monkeypatch.setattr(object_content, "digests", lambda path: pytest.fail(f"{path} is hashed again"))
    far.push_all()
    assert far.reads.get(key) == content


def test_a_clip_that_is_not_what_its_parts_were_does_not_arrive(far: Box) -> None:
    key, content = known(far, 3 * PART_BYTES)
    with (far.paths.clips / Path(key).name).open("r+b") as file:
        file.seek(PART_BYTES + 7)
        file.write(bytes([content[PART_BYTES + 7] ^ 1]))
    with pytest.raises(MatineeError, match="damaged on its way"):
        far.push_all()
    far.push_all()
    assert "is not what it was" in far.rows.given_up()[0]
    assert not far.reads.exists(key)


def test_a_file_that_the_card_does_not_give_back_is_named_and_holds_nothing_up(
    far: Box, tmp_path: Path
) -> None:
    key, content = known(far, 2 * PART_BYTES)
    good = film(far, 300_000)
    path = far.paths.clips / Path(key).name
    path.rename(tmp_path / "film.mp4")
    with endless_stick(tmp_path / "film.mp4", tmp_path / "sick", sick=True) as sick:
        path.symlink_to(sick / "sick.mp4")
        person = far.owners.person()
        far.push_all()
        assert "The card does not give" in far.pusher.faults[0]
        assert Path(key).name in far.pusher.faults[0]
        assert far.reads.get(good[0]) == good[1]
        assert person in arrived(far.reads, tmp_path / "read", "boxes/box=box/").rows
        far.pusher.hurry()
        far.push_all()
        assert "Input/output error" in far.pusher.faults[0]
        assert not far.reads.exists(key)
    path.unlink()
    path.write_bytes(content)
    far.clock.advance(push.CARD_S + 1)
    far.push_all()
    assert far.reads.get(key) == content
    assert far.pusher.faults == ()
