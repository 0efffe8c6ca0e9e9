"""Box-evenings cost each box the same, however many there are; any reader of Hive's layout counts them."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from statistics import mean

import duckdb
import pytest

from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.bucket_s3 import S3Bucket
from appliance.dev.object_store import ObjectStore
from appliance.ids import new_id
from lab.box_evenings import play
from lab.evenings import play as written
from lab.object_store_fixture import object_store, organiser_settings
from lab.outbox_owners import arrived

__all__ = ["object_store"]

QUESTIONS = Path(__file__).parents[3] / "provisioning" / "cloud" / "QUESTIONS.md"


def costs_of(boxes: int, store: ObjectStore, folder: Path, moments: int) -> None:
    """Play ``boxes`` evenings; no box pays for there being others."""
    bucket = S3Bucket(organiser_settings(store, f"scale-{new_id()}"))
    luck = random.Random(5)  # noqa: S311
    costs = [play(folder / str(n), bucket, f"box-{n}", moments, luck) for n in range(boxes)]
    half = boxes // 2
    for what, many in (
        ("requests", [one.requests for one in costs]),
        ("B", [one.sent_bytes for one in costs]),
    ):
        assert mean(many[half:]) == pytest.approx(mean(many[:half]), rel=0.2), what
    assert max(one.requests for one in costs) <= 3 * moments + 3  # people, facts, state.json
    found = arrived(bucket, folder / "read")
    assert not found.double
    rows = sum(one.rows for one in costs)
    assert len(found.rows) == rows
    told = mean(one.requests for one in costs), mean(one.sent_bytes for one in costs)
    print(f"{boxes} box-evenings of {moments} moments, {rows} rows: {told[0]:.1f} requests, {told[1]:.0f} B")  # noqa: T201


def test_an_evening_costs_a_box_the_same_however_many_boxes_there_are(
    object_store: ObjectStore, tmp_path: Path
) -> None:
    costs_of(20, object_store, tmp_path, moments=6)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_thousand_box_evenings(object_store: ObjectStore, tmp_path: Path) -> None:
    boxes, moments = os.environ.get("BOX_EVENINGS", "1000"), os.environ.get("BOX_MOMENTS", "300")
    costs_of(int(boxes), object_store, tmp_path, moments=int(moments))


def test_the_questions_in_the_manual_give_the_true_answers(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    bucket, luck = FolderBucket(tmp_path / "bucket"), random.Random(3)  # noqa: S311
    evenings = [written(bucket, f"box-{n}", luck.choice(("one", "two")), luck) for n in range(6)]
    asked = re.findall(r"```sql\n-- DuckDB: (.+?)\n(.*?)```", QUESTIONS.read_text("utf-8"), re.DOTALL)
    assert [name for name, _ in asked] == ["evenings", "sign-ups", "claims", "clips"]
    answers = {
        name: duckdb.sql(sql.replace("BUCKET", str(tmp_path / "bucket"))).fetchall() for name, sql in asked
    }
    assert answers["evenings"] == [(len(evenings),)]
    assert dict(answers["sign-ups"]) == {
        event: people
        for event in ("one", "two")
        if (people := sum(one.people for one in evenings if one.event == event))
    }
    claims = [(one.event, drop, n) for one in evenings for drop, n in one.claims.items()]
    totals = {(event, drop): 0 for event, drop, _ in claims}
    for event, drop, n in claims:
        totals[event, drop] += n
    assert {(event, drop): n for event, drop, n in answers["claims"]} == totals
    assert answers["clips"] == [(sum(one.clips for one in evenings), sum(one.approved for one in evenings))]
