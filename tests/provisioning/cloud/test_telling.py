"""What is told of the figures: nothing of small groups, in no way."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from appliance.ids import new_id
from lab.hasty_folder import HastyFolder
from lab.season import Season
from provisioning.cloud.figures import Figures
from provisioning.cloud.figures_json import as_json
from provisioning.cloud.figures_table import table
from provisioning.cloud.groups import NOTHING, Groups, Nps, Segments
from provisioning.cloud.report import report
from provisioning.cloud.small_groups import shown
from provisioning.cloud.telling import telling

FACTS = "boxes/box=venue-0/event=evening-00000/date=2026-03-06/facts-0000000009-{:08d}.ndjson.gz"


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8), st.integers(1, 10))
def test_no_small_group_is_shown_and_none_is_what_is_left_over(groups: dict[str, int], smallest: int) -> None:
    told = shown(groups, smallest)
    assert all(not 0 < people < smallest for people in told.values() if people is not None)
    hidden = [groups[name] for name, people in told.items() if people is None]
    alone = [people for people in hidden if 0 < people < smallest]
    others = [people for people in groups.values() if people >= smallest]
    assert len(hidden) != 1 or not alone or not others, "the sum would give it away"
    assert all(people in {None, groups[name]} for name, people in told.items())


def test_rates_of_few_people_are_not_told_either() -> None:
    few = replace(
        NOTHING, came=4, people=4, signed_up=4, news=3, gifts=1, given={"EUR": 5000},
        revenue={"EUR": 5000}, segments=Segments(2, 1, 1), nps=Nps(3, 3, 0),
    )  # fmt: skip
    told = telling(Groups(few)).all
    assert told.given is None
    assert told.per_person is None
    for name in ("news", "gifts", "nps", "first_time", "again", "signed_up_per_100", "news_per_100"):
        assert told[name] is None, name
    assert telling(Groups(few), 1).all["news"] == 3
    assert "5000" not in table(Figures((), groups=Groups(few)))


def test_the_json_says_how_small_a_group_is_told(tmp_path: Path) -> None:
    Season(HastyFolder(tmp_path), seed=3, least=2, most=12).play(4)
    figures = report(HastyFolder(tmp_path), tmp_path / "cache")
    told = json.loads(as_json(figures, 7))
    assert told["smallest_group"] == 7
    counts = [
        number
        for venue in told["venues"]
        for name, number in venue["numbers"].items()
        if name in {"news", "again", "regular", "invited", "gifts", "members", "nps_answers"}
    ]
    assert None in counts
    assert not [number for number in counts if number is not None and 0 < number < 7]


def _put(bucket: HastyFolder, number: int, *facts: dict[str, object]) -> None:
    from appliance.bucket.ndjson import pack  # noqa: PLC0415

    bucket.put(FACTS.format(number), pack([json.dumps({"id": new_id(), **fact}) for fact in facts]))


def test_numbers_out_of_all_bounds_and_clocks_years_off_spoil_no_figure(tmp_path: Path) -> None:
    bucket = HastyFolder(tmp_path / "bucket")
    Season(bucket, seed=4).play(5)
    before = report(bucket, tmp_path / "cache").groups.all
    paid = {"kind": "paid", "item": "x", "currency": "<b>", "at": "2026-03-06T20:00:00.000Z"}
    _put(
        bucket, 1,
        {"kind": "signed_up", "at": "9999-12-31T23:59:59Z", "clock": "proven", "mono_ms": 2**62, "boot": "b"},
        {"kind": "signed_up", "at": "infinity", "clock": "none", "mono_ms": -1, "boot": "b"},
        {**paid, "payment": "1", "amount_minor": 2**63 - 1, "tax_bp": 2**62},
        {**paid, "payment": "2", "amount_minor": -(2**63), "refunds": None},
        {"kind": "drop_claimed", "drop": "poster", "arms": {'"; DROP TABLE fact; --': "$.x", "t": 7}},
        {"kind": "drop_claimed", "drop": "poster", "arms": ["no", "map"]},
        {"kind": "came_again", "attendee": "A", "earlier": "B"},
        {"kind": "came_again", "attendee": "B", "earlier": "A"},
        {"kind": "feedback_given", "score": 11},
        {"kind": "checked_in", "subject": "pass:A", "check_in": "c", "people": 10**12, "at": "1999"},
    )  # fmt: skip
    after = report(bucket, tmp_path / "cache").groups.all
    assert after.signed_up == before.signed_up + 2
    assert after.claims == before.claims + 2
    assert after.nps == before.nps
    assert after.came - before.came in {0, 1}
    assert after.revenue["EUR"] == before.revenue["EUR"]
    assert table(report(bucket, tmp_path / "cache"))


def test_what_happened_before_a_box_knew_the_time_is_set_right(tmp_path: Path) -> None:
    bucket = HastyFolder(tmp_path / "bucket")
    sure = {"clock": "proven", "boot": "k", "mono_ms": 0}
    started = {"kind": "show_started", "at": "2026-03-06T19:00:00.000Z", **sure}
    late = {"kind": "paid", "item": "poster", "currency": "EUR", "amount_minor": 100, "boot": "k"}
    _put(
        bucket, 1, {**started, "boot": "j"},
        {**late, "payment": "1", "at": "2019-01-01T00:00:00.000Z", "clock": "none", "mono_ms": 60_000},
        {**late, "payment": "2", "at": "2019-01-01T00:00:00.000Z", "clock": "none", "boot": "never"},
        {"kind": "signed_up", "at": "2026-03-06T20:00:00.000Z", **sure, "mono_ms": 120_000},
    )  # fmt: skip
    group = report(bucket, tmp_path / "cache").groups.all
    assert (group.merch, group.merch_72h, group.unsure) == (2, 1, 1)


def test_a_bucket_that_is_half_there_counts_what_there_is(tmp_path: Path) -> None:
    bucket = HastyFolder(tmp_path / "bucket")
    Season(bucket, seed=8).play(10)
    whole = report(bucket, tmp_path / "cache").groups
    luck = random.Random(8)  # noqa: S311 which objects have come so far
    for path in sorted((tmp_path / "bucket").rglob("*.gz")):
        if luck.random() < 0.5:
            path.unlink()
    half = report(bucket, tmp_path / "cache").groups
    assert 0 < half.all.signed_up < whole.all.signed_up
    for group in (half.all, *half.venues, *half.series):
        numbers = {
            name: number for name, number in telling(Groups(group), 1).all.numbers.items() if name != "nps"
        }
        assert not [name for name, number in numbers.items() if number is not None and number < 0], group
        assert group.people <= group.came
        assert group.merch_72h <= group.merch
