"""The push step by step, into a folder."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from appliance.bucket.layout import parse_rows_key
from appliance.errors import MatineeError
from appliance.paths import Service
from appliance.store.outbox import Lane
from lab.outbox_owners import EVENT, arrived
from lab.pushing_box import GATHER_S, Box


def test_everything_written_arrives_once(box: Box, tmp_path: Path) -> None:
    for _ in range(20):
        box.owners.fact()
        box.owners.fact("signed_up", Service.PORTAL)
        box.owners.person()
    box.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written
    assert not found.double


def test_a_fact_arrives_exactly_as_it_was_written(box: Box, tmp_path: Path) -> None:
    row = box.owners.fact("drop_claimed", Service.PORTAL, drop="poster", claim="C1")
    box.push_all()
    fact = arrived(box.bucket, tmp_path / "read").bodies[row]
    assert list(fact) == ["id", "kind", "event", "at", "box", "clock", "boot", "mono_ms", "drop", "claim"]
    assert fact["at"].endswith("Z")


def test_a_persons_row_holds_five_fields_and_no_more(box: Box, tmp_path: Path) -> None:
    row = box.owners.person()
    box.push_all()
    person = arrived(box.bucket, tmp_path / "read").bodies[row]
    assert set(person) == {"id", "kind", "at", "receipt", "sealed"}


def test_keys_are_those_of_the_contract(box: Box) -> None:
    box.owners.fact()
    box.owners.person()
    box.owners.fact(event="")
    box.push_all()
    folders = {key.rpartition("/")[0] for key in box.listed()}
    assert folders == {
        f"boxes/box=box/event={EVENT}/date=2026-11-27",
        "boxes/box=box/event=__HIVE_DEFAULT_PARTITION__/date=2026-11-27",
    }
    assert all(parse_rows_key(key) for key in box.listed())


def test_people_go_before_facts_and_facts_before_clips(box: Box) -> None:
    box.owners.clip()
    box.owners.fact()
    box.owners.person()
    lanes = []
    while box.pusher.step():
        fresh = set(box.listed()) - {key for _, key in lanes}
        lanes += [(Path(key).name.split("-")[0].rpartition(".")[2], key) for key in fresh]
    assert [lane for lane, _ in lanes] == ["people", "facts", "mp4", "jpg", "json"]


def test_a_person_who_signs_up_while_clips_wait_goes_first(box: Box, tmp_path: Path) -> None:
    box.owners.clip()
    assert box.pusher.step()
    row = box.owners.person()
    assert box.pusher.step()
    assert row in arrived(box.bucket, tmp_path / "read").rows


def test_rows_are_gathered_before_the_next_object_is_made(box: Box, tmp_path: Path) -> None:
    box.owners.fact()
    assert box.pusher.step()
    for _ in range(50):
        box.owners.fact()
        assert not box.pusher.step()
    box.clock.advance(GATHER_S)
    assert box.pusher.step()
    assert not box.pusher.step()
    assert len(box.listed()) == 2
    assert len(arrived(box.bucket, tmp_path / "read").rows) == 51


def test_whoever_hurries_does_not_gather(box: Box) -> None:
    box.owners.fact()
    assert box.pusher.step()
    box.owners.fact()
    box.pusher.hurry()
    assert box.pusher.step()
    assert len(box.listed()) == 2


def test_a_long_evening_goes_up_in_bounded_objects(box: Box, tmp_path: Path) -> None:
    with box.owners.files[Service.SHOW].transaction() as tx:
        for _ in range(2500):
            box.owners.written.add(box.owners.outbox.fact(tx, "k", EVENT))
    box.push_all()
    found = arrived(box.bucket, tmp_path / "read")
    assert set(found.rows) == box.owners.written
    assert not found.double
    assert len(found.keys) == 3


def test_an_evening_past_midnight_stands_in_two_days(box: Box) -> None:
    box.owners.fact()
    box.clock.advance(7 * 3600)
    box.owners.fact()
    box.push_all()
    assert {parse_rows_key(key).day.day for key in box.listed()} == {27, 28}


def test_a_repeated_put_is_the_same_object_and_changes_nothing(box: Box) -> None:
    box.owners.fact()
    box.push_all()
    (key,) = box.listed()
    before = box.bucket.get(key)
    with box.rows._database.transaction() as tx:  # noqa: SLF001
        tx.execute("UPDATE push_object SET stored_at = NULL")
    box.start()
    box.push_all()
    assert box.listed() == [key]
    assert box.bucket.get(key) == before
    assert box.rows.next_open(Lane.FACTS) is None


def test_a_clip_arrives_whole_under_its_name(box: Box) -> None:
    clip = box.owners.clip(100_000)
    box.push_all()
    for kind in ("mp4", "jpg", "json"):
        name = f"{clip}.landscape.{kind}"
        content = box.bucket.get(f"boxes/box=box/event={EVENT}/clips/{name}")
        assert content == (box.paths.clips / name).read_bytes()
    assert box.rows.pushed() == {Lane.CLIPS: 1}


def test_a_bucket_that_is_away_keeps_the_plan(box: Box, tmp_path: Path) -> None:
    away = tmp_path / "pulled-out"
    row = box.owners.fact()
    (tmp_path / "bucket").rename(away)
    for _ in range(3):
        with pytest.raises(MatineeError) as refused:
            box.pusher.step()
        assert refused.value.key == "bucket.away"
    away.rename(tmp_path / "bucket")
    box.push_all()
    assert arrived(box.bucket, tmp_path / "read").rows == {row: 1}


def test_the_stored_cursor_never_passes_what_is_not_stored(box: Box, tmp_path: Path) -> None:
    for event in ("a", "b", "a", "b"):
        box.owners.fact(event=event)
    assert box.pusher.step()
    assert box.rows.cursor(Service.SHOW, Lane.FACTS).seq == 4
    assert box.rows.stored_seq(Service.SHOW, Lane.FACTS) == 1
    assert box.pusher.step()
    assert box.rows.stored_seq(Service.SHOW, Lane.FACTS) == 4
    assert len(arrived(box.bucket, tmp_path / "read").rows) == 4


def test_objects_carry_no_time_of_packing(box: Box) -> None:
    box.owners.fact()
    box.push_all()
    (key,) = box.listed()
    packed = box.bucket.get(key)
    assert packed[4:8] == b"\0\0\0\0"
    assert json.loads(gzip.decompress(packed))["kind"] == "item_entered"
