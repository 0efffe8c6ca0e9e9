"""Every figure of the report, recounted by SQLite and plain Python over the raw lines: equal."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.ids import EventId
from lab.hasty_folder import HastyFolder
from lab.recount import Recount
from lab.season import FIRST, Season
from provisioning.cloud import facts_duckdb
from provisioning.cloud.figures import Figures
from provisioning.cloud.groups import Group, Money
from provisioning.cloud.report import report
from provisioning.cloud.sales import put_sales
from provisioning.cloud.sales_csv import Sale

_DAY = 86400
_COLLECTED = (
    "kind = 'handed_over' AND (box, json_extract(j, '$.hand_over')) NOT IN"
    " (SELECT box, json_extract(j, '$.hand_over') FROM f WHERE kind IN ('returned', 'hand_over_undone'))"
)
_SCORE = "kind = 'feedback_given' AND json_extract(j, '$.score')"


def _same(group: Group, again: Recount, box: str | None, series: str | None) -> None:
    def mine(event: str, at: str) -> bool:
        return box in {None, at} and series in {None, again.plans[event][1]}

    visits = [visit for visit in again.visits() if mine(visit[0], visit[1])]
    assert group.came == sum(people for *_, people, _, _ in visits)
    assert group.segments.again == sum(back and stamps <= 2 for *_, back, stamps in visits)
    assert group.segments.regular == sum(back and stamps >= 3 for *_, back, stamps in visits)
    assert group.segments.first == group.came - group.segments.again - group.segments.regular
    assert group.evenings == len({visit[0] for visit in visits})
    assert group.signed_up == again.count(box, series, "kind = 'signed_up'")
    assert group.news == again.count(box, series, "kind = 'signed_up' AND j LIKE '%\"news\"%'")
    assert group.invited == again.count(box, series, "kind = 'invited'")
    assert group.thanked == again.count(box, series, "kind = 'rewarded'")
    assert group.collected == again.count(box, series, _COLLECTED)
    assert group.claims == sum(mine(event, at) for event, at, _ in again.standing_claims())
    assert group.nps.answers == again.count(box, series, "kind = 'feedback_given'")
    assert group.nps.promoters == again.count(box, series, f"{_SCORE} >= 9")
    assert group.nps.detractors == again.count(box, series, f"{_SCORE} <= 6")
    assert group.unsure == again.count(box, series, "NOT sure AND box <> ''")
    _same_money(group, [one for one in again.sold() if mine(one[0], one[1])])


def _same_money(group: Group, sold: list) -> None:
    things = [one for one in sold if one[2] != "donation" and not one[2].startswith("tier:")]
    tiers = [one for one in sold if one[2].startswith("tier:")]
    gifts = [one for one in sold if one[2] == "donation"]
    assert group.merch == sum(one[4] for one in things)
    assert group.merch_72h == sum(one[4] for one in things if one[6] is not None and 0 <= one[6] < 3 * _DAY)
    assert group.members == sum(one[4] for one in tiers)
    assert group.members_30d == sum(one[4] for one in tiers if one[6] is not None and 0 <= one[6] < 30 * _DAY)
    assert group.members_by_letter == sum(
        one[4] for one in tiers if one[6] is not None and 0 <= one[6] < 30 * _DAY and one[8]
    )
    assert (group.gifts, group.given.get("EUR", 0)) == (len(gifts), sum(one[5] for one in gifts))
    assert group.revenue.get("EUR", 0) == sum(one[5] for one in sold)


def _same_everywhere(figures: Figures, again: Recount) -> None:
    groups = figures.groups
    _same(groups.all, again, None, None)
    assert groups.all.people == groups.all.came - sum(back for *_, back, _ in again.visits())
    for venue in groups.venues:
        _same(venue, again, venue.name, None) if venue.name else None
    inside = again.inside_returns()
    for series in groups.series:
        _same(series, again, None, series.name)
        assert series.people == series.came - inside[series.name]
    assert {
        one.month: (one.evenings, one.people, one.came_again) for one in groups.cohorts
    } == again.cohorts()
    assert sum((Counter(arm.arm for _ in range(arm.claims)) for arm in groups.arms), Counter()) == Counter(
        arms["card"] for *_, arms in again.standing_claims()
    )
    assert sum((Counter({arm.arm: arm.paid}) for arm in groups.arms), Counter()) == Counter(
        one[7]["card"] for one in again.sold() if one[7]
    )
    tax = {(line.box, line.rate_bp): (line.gross_minor, line.tax_minor) for line in groups.tax}
    assert tax == again.tax()
    _same_cohort_money(figures, again)


def _same_cohort_money(figures: Figures, again: Recount) -> None:
    began = again.began()
    months: dict[str, list[int]] = {one.month: [0, 0, 0] for one in figures.groups.cohorts}
    for event, _, _, _, _, minor, after, *_ in again.sold():
        if after is not None and after < 90 * _DAY:
            months[_month(began[event])][max(0, int(after // (30 * _DAY)))] += minor
    assert {one.month: one.revenue["EUR"] for one in figures.groups.cohorts} == {
        month: Money(*parts) for month, parts in months.items()
    }


def _month(at: float) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


@pytest.mark.parametrize(
    "box_evenings", [30, pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
def test_every_figure_is_what_another_count_says(
    tmp_path: Path, box_evenings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if box_evenings < 100:
        monkeypatch.setattr(facts_duckdb, "_PART", 1000)  # as many parts as a large season has
    Season(HastyFolder(tmp_path / "bucket"), seed=box_evenings).play(box_evenings)
    figures = report(HastyFolder(tmp_path / "bucket"), tmp_path / "cache")
    assert figures.unread == 0
    assert figures.groups.all.came > 10 * box_evenings
    _same_everywhere(figures, Recount(tmp_path / "bucket"))


def test_who_became_a_member_by_the_letter_is_counted(tmp_path: Path) -> None:
    bucket = HastyFolder(tmp_path / "bucket")
    Season(bucket, seed=1).play(1)
    before = report(bucket, tmp_path / "cache").groups.all.members_by_letter
    sale = Sale("n1", FIRST + timedelta(days=1), "tier:friend", 8000, "EUR", 2, "letter-evening-00000")
    put_sales(bucket, EventId("evening-00000"), [sale], HeldClock(FIRST))
    assert report(bucket, tmp_path / "cache").groups.all.members_by_letter == before + 2
