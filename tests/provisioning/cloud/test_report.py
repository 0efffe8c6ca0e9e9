"""The figures of the report, recounted independently."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from appliance.bucket.bucket import Bucket
from appliance.bucket.ndjson import pack
from appliance.bucket.opening import open_bucket
from appliance.clock import HeldClock
from appliance.config import BucketTable
from appliance.ids import DropId, new_id, new_secret
from appliance.paths import Paths
from appliance.store.outbox import Lane, messages_after
from lab.evenings import BEGAN, ENDED, play
from lab.object_store_fixture import organiser_settings
from lab.shop import Shop
from provisioning.cloud import facts_duckdb, figures_duckdb
from provisioning.cloud.figures_json import as_json
from provisioning.cloud.figures_table import table
from provisioning.cloud.report import report

FOLDER = "boxes/box=cafe/event=harbour-lights/date=2026-11-27"


@pytest.fixture(params=["folder", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    if request.param == "folder":
        (tmp_path / "bucket").mkdir()
        settings = BucketTable(folder=str(tmp_path / "bucket"))
    else:
        settings = organiser_settings(request.getfixturevalue("object_store"), new_id())
    opened = open_bucket(settings)
    assert opened is not None
    return opened


def test_the_report_counts_what_happened(bucket: Bucket, tmp_path: Path) -> None:
    luck = random.Random(4)  # noqa: S311 the evenings' own
    evenings = [play(bucket, f"box{box}", f"event{box % 3}", luck) for box in range(9)]
    figures = report(bucket, tmp_path / "cache")
    assert [event.event for event in figures.events] == ["event0", "event1", "event2"]
    for event in figures.events:
        true = [evening for evening in evenings if evening.event == event.event]
        assert event.boxes == tuple(sorted(evening.box for evening in true))
        assert event.attendance == sum(evening.people for evening in true)
        assert event.claims == sum((Counter(evening.claims) for evening in true), Counter())
        assert event.clips_made == sum(evening.clips for evening in true)
        assert event.clips_approved == sum(evening.approved for evening in true)
        assert (event.started, event.ended) == (BEGAN, ENDED)
    assert figures.unread == 0


def test_the_figures_are_those_of_plain_python_over_the_objects(bucket: Bucket, tmp_path: Path) -> None:
    luck = random.Random(5)  # noqa: S311 the evenings' own
    play(bucket, "cafe", "harbour-lights", luck)
    facts: dict[str, dict[str, object]] = {}
    for found in bucket.list("boxes/"):
        for line in gzip.decompress(bucket.get(found.key)).splitlines():
            fact = json.loads(line)
            facts[fact["id"]] = fact
    (event,) = report(bucket, tmp_path / "cache").events
    kinds = Counter(fact["kind"] for fact in facts.values())
    assert event.facts == len(facts)
    assert event.attendance == kinds["signed_up"]
    assert sum(event.claims.values()) == kinds["drop_claimed"]


def test_one_event_is_counted_by_itself(bucket: Bucket, tmp_path: Path) -> None:
    luck = random.Random(6)  # noqa: S311 the evenings' own
    for event in ("one", "two"):
        play(bucket, "cafe", event, luck)
    assert [event.event for event in report(bucket, tmp_path / "cache", "two").events] == ["two"]


def test_the_second_report_fetches_nothing_again(tmp_path: Path, object_store: object) -> None:
    bucket = open_bucket(organiser_settings(object_store, new_id()))  # type: ignore[arg-type]
    assert bucket is not None
    play(bucket, "cafe", "harbour-lights", random.Random(7))  # noqa: S311 the evenings' own
    first = report(bucket, tmp_path / "cache")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()}
    assert report(bucket, tmp_path / "cache") == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()} == before


def test_an_empty_bucket_says_so(bucket: Bucket, tmp_path: Path) -> None:
    figures = report(bucket, tmp_path / "cache")
    assert figures.events == ()
    assert "Nothing has arrived" in table(figures)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page", b"<html>Welcome to our hotel</html>"),
        ("cut", pack([json.dumps({"id": f"X{n}", "kind": "signed_up"}) for n in range(4000)])[:-3000]),
        ("bomb", gzip.compress(b'{"id":"B","kind":"signed_up","x":"' + b"x" * 30_000_000 + b'"}\n')),
        ("empty", b""),
    ],
)
def test_a_hostile_object_counts_for_nothing_and_spoils_nothing(
    bucket: Bucket, tmp_path: Path, name: str, content: bytes
) -> None:
    evening = play(bucket, "cafe", "harbour-lights", random.Random(8))  # noqa: S311 the evenings' own
    bucket.put(f"{FOLDER}/facts-0000000001-{len(name):08d}.ndjson.gz", content, "application/gzip")
    figures = report(bucket, tmp_path / "cache")
    (event,) = figures.events
    assert event.attendance == evening.people
    assert figures.unread == 1


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        "7",
        '{"kind":"signed_up"}',
        '{"id":7,"kind":"signed_up"}',
        '{"id":{"a":1},"kind":"signed_up"}',
        "",
    ],
)
def test_a_line_that_is_no_fact_counts_for_nothing(bucket: Bucket, tmp_path: Path, line: str) -> None:
    evening = play(bucket, "cafe", "harbour-lights", random.Random(9))  # noqa: S311 the evenings' own
    good = json.dumps({"id": new_id(), "kind": "signed_up", "at": "never"})
    bucket.put(f"{FOLDER}/facts-0000000001-00000001.ndjson.gz", pack([line, good]), "application/gzip")
    (event,) = report(bucket, tmp_path / "cache").events
    assert event.attendance == evening.people + 1


def test_a_box_can_not_speak_for_another(bucket: Bucket, tmp_path: Path) -> None:
    fact = json.dumps({"id": new_id(), "kind": "signed_up", "box": "other", "event": "theirs"})
    bucket.put(f"{FOLDER}/facts-0000000001-00000001.ndjson.gz", pack([fact]), "application/gzip")
    (event,) = report(bucket, tmp_path / "cache").events
    assert (event.event, event.boxes) == ("harbour-lights", ("cafe",))


def test_the_table_and_the_json_say_the_same(bucket: Bucket, tmp_path: Path) -> None:
    evening = play(bucket, "cafe", "harbour-lights", random.Random(10))  # noqa: S311 the evenings' own
    figures = report(bucket, tmp_path / "cache")
    (told,) = json.loads(as_json(figures))["events"]
    assert told["attendance"] == evening.people
    lines = table(figures).splitlines()
    assert "harbour-lights" in lines[1]
    assert f" {evening.people} " in lines[1]
    assert "2026-11-27 19:00Z" in lines[1]
    assert lines[2].strip() == f"poster: {evening.claims['poster']} reserved"


def test_what_does_not_fit_into_the_bound_is_counted_all_the_same(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = play(bucket, "cafe", "harbour-lights", random.Random(11))  # noqa: S311 the evenings' own
    monkeypatch.setitem(facts_duckdb._SETTINGS, "memory_limit", "8MB")  # noqa: SLF001 its reader wants 32
    figures = report(bucket, tmp_path / "cache")
    assert (figures.unread, figures.events[0].attendance) == (0, evening.people)


def test_counting_loads_nothing_from_the_network() -> None:
    with figures_duckdb.Facts([]) as facts:
        settings = facts._db.execute(  # noqa: SLF001 what DuckDB itself says
            "SELECT value FROM duckdb_settings() WHERE name LIKE 'auto%known_extensions'"
        ).fetchall()
        assert settings == [("false",), ("false",)]
        with pytest.raises(duckdb.Error):
            facts._db.execute("SELECT * FROM 'http://127.0.0.1:9/x.parquet'")  # noqa: SLF001


def test_what_was_given_back_is_not_counted_as_reserved(tmp_path: Path) -> None:
    shop = Shop(Paths(tmp_path / "box").ensure(), HeldClock())
    poster = shop.event.drop(DropId("print"))
    people = [shop.arrive() for _ in range(3)]
    for who in people:
        shop.offers.claim(shop.event.id, poster, who, new_secret(), is_open=True)
    shop.offers.give_back(shop.event.id, poster, people[0])
    rows = messages_after(shop.audience.database, Lane.FACTS, 0)
    shop.close()
    (tmp_path / "bucket").mkdir()
    bucket = open_bucket(BucketTable(folder=str(tmp_path / "bucket")))
    assert bucket is not None
    key = f"{FOLDER.replace('harbour-lights', shop.event.id)}/facts-0000000001-00000001.ndjson.gz"
    bucket.put(key, gzip.compress("".join(f"{row.body}\n" for row in rows).encode()), "application/gzip")
    (event,) = report(bucket, tmp_path / "cache").events
    assert event.claims == {"print": 2}
