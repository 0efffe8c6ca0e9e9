"""Caps, gates and windows: pure rules; and rewards at boxes that never met, driven by a state machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from appliance.audience import bringing
from appliance.audience.community import Community
from appliance.audience.holdings import Holdings, mark_of
from appliance.audience.passes import PassStatement
from appliance.audience.windows import Calendar, window
from appliance.clock import ClockTrust
from appliance.ids import AttendeeId, DropId, EventId
from appliance.model.asking import MOST_KEPT, AskCap, day_of, kept, may_ask
from appliance.model.drop import Drop, RegionWindow
from appliance.model.event import Event
from appliance.model.gate import Gate, Holding, opens
from appliance.store.audience_rows import AttendeeRow
from appliance.store.door_rows import BroughtRow
from appliance.store.member_rows import MemberRows
from lab.reward_machine import RewardMachine

NOW = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)
DAYS = st.lists(st.integers(0, 800), max_size=MOST_KEPT)
TRUST = st.sampled_from(list(ClockTrust))


@given(
    steps=st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=40),
    most=st.integers(0, 4), days=st.integers(1, 60), trust=TRUST,
)  # fmt: skip
def test_within_any_period_nobody_is_asked_more_often_than_the_cap(
    steps: list[tuple[int, bool]], most: int, days: int, trust: ClockTrust
) -> None:
    cap, now, asked, all_days = AskCap(most, days), NOW, (), []
    for wait, wanted in steps:
        now += timedelta(days=wait)
        if wanted and may_ask(asked, now, trust, cap):
            asked = kept((*asked, day_of(now)))
            all_days.append(day_of(now))
    for first in all_days:
        assert sum(first <= day < first + days for day in all_days) <= most
    assert len(asked) <= MOST_KEPT


@given(asked=DAYS, trust=TRUST, ahead=st.integers(1, 400))
def test_a_clock_set_back_never_lets_anybody_be_asked_more_often(
    asked: list[int], trust: ClockTrust, ahead: int
) -> None:
    cap = AskCap(2, 30)
    today = day_of(NOW)
    later = [today + day for day in asked]
    assert may_ask(later, NOW, trust, cap) <= (len(later) < cap.most)
    assert may_ask(later, NOW - timedelta(days=ahead), trust, cap) <= (len(later) < cap.most)


@given(
    tiers=st.frozensets(st.sampled_from(["friend", "patron"])), stamps=st.integers(0, 4),
    attended=st.booleans(), tier=st.sampled_from(["", "friend", "patron", "old"]),
    evenings=st.integers(0, 4), rewards=st.integers(0, 4), here=st.booleans(),
)  # fmt: skip
def test_any_one_key_opens_a_gate_and_nothing_else_does(
    tiers: frozenset[str], stamps: int, attended: bool, tier: str, evenings: int, rewards: int, here: bool
) -> None:
    gate = Gate(tuple(sorted(tiers)), stamps, attended)
    keys = [tier in tiers, 0 < stamps <= evenings + rewards, attended and here]
    free = not (tiers or stamps or attended)
    assert opens(gate, Holding(tier, evenings, rewards, here)) == (free or any(keys))


BERLIN = RegionWindow(NOW, NOW + timedelta(hours=48), ("DE", "AT"))
ELSEWHERE = RegionWindow(NOW + timedelta(days=7), NOW + timedelta(days=9))
STAGGERED = Drop(DropId("zine"), "Zine", 10, windows=(BERLIN, ELSEWHERE))
ONLY_BERLIN = Drop(DropId("zine"), "Zine", 10, windows=(BERLIN,))


@pytest.mark.parametrize(
    ("drop", "region", "hours", "is_open"),
    [
        (STAGGERED, "DE", -1, False),
        (STAGGERED, "DE", 0, True),
        (STAGGERED, "AT", 47, True),
        (STAGGERED, "DE", 48, False),
        (STAGGERED, "FR", 1, False),
        (STAGGERED, "FR", 24 * 7, True),
        (STAGGERED, "", 24 * 8, True),
        (ONLY_BERLIN, "FR", 1, False),
    ],
)
def test_each_region_has_its_hours_also_after_the_evening(
    drop: Drop, region: str, hours: int, is_open: bool
) -> None:
    at = Calendar(region, NOW + timedelta(hours=hours), ClockTrust.PROVEN)
    cues = {drop.id: NOW}  # a cue that fired: the dates decide all the same
    assert window(drop, cues, {}, at).is_open is is_open


def test_a_hand_overrules_the_dates_but_no_region_and_without_a_clock_the_cues_decide() -> None:
    early = Calendar("DE", NOW - timedelta(hours=1), ClockTrust.TOLD)
    hand = {DropId("zine"): ("open", NOW)}
    assert window(ONLY_BERLIN, {}, hand, early).is_open
    assert not window(ONLY_BERLIN, {}, {DropId("zine"): ("closed", NOW)}, early).is_open
    abroad = window(ONLY_BERLIN, {}, hand, Calendar("FR", NOW, ClockTrust.TOLD))
    assert (abroad.is_open, abroad.elsewhere) == (False, True)
    unsure = Calendar("DE", NOW + timedelta(days=400), ClockTrust.NONE)
    assert window(ONLY_BERLIN, {DropId("zine"): NOW}, {}, unsure).is_open
    assert not window(ONLY_BERLIN, {}, {}, unsure).is_open


_HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


BITING = 600
"""Evenings to catch a broken product in, at most: which ones come depends on what was imported before."""


def _run(examples: int, steps: int = 25) -> None:
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=True,
        suppress_health_check=_HEALTH, phases=[Phase.generate], print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(RewardMachine, settings=options)  # type: ignore[no-untyped-call]


def test_each_friend_counts_once_for_who_invited_them_at_boxes_that_never_met() -> None:
    _run(3)


@pytest.mark.soak
def test_it_does_in_two_hundred_circles_of_friends() -> None:
    _run(200, 40)


def _thanks_for_anybody(community: Community, event: Event, row: AttendeeRow, thanks: PassStatement) -> None:
    """Mutant: whoever opens a thank-you is rewarded."""
    stated = replace(thanks, invited_by=community._holdings.line(row.id))  # noqa: SLF001 it is a mutant
    _thank(community, event, row, stated)


def _rewards_as_a_list(holdings: Holdings, brought: BroughtRow, stated: PassStatement) -> tuple[str, ...]:
    """Mutant: rewards are added up, not a set."""
    line = stated.line
    came = [mark_of(line, friend) for friend in holdings._members.friends_who_came(line)]  # noqa: SLF001
    return (*brought.rewards, *came, *sorted(holdings._members.rewards(line)))[:12]  # noqa: SLF001


def _forgotten(attendee: AttendeeId, event: EventId, earlier: PassStatement) -> BroughtRow:
    """Mutant: the line of passes begins anew with each evening."""
    return BroughtRow(attendee, event, earlier.attendee, earlier.stamps, earlier.tier)


_thank = Community.thank


@pytest.mark.parametrize(
    ("owner", "name", "mutant"),
    [
        (Community, "thank", _thanks_for_anybody),
        (Holdings, "_rewards", _rewards_as_a_list),
        (bringing, "_brought", _forgotten),
        (MemberRows, "friends_who_came", lambda *_: [AttendeeId("01JNOBODY")]),
    ],
)
def test_a_broken_rule_is_caught(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, mutant: object
) -> None:
    monkeypatch.setattr(owner, name, mutant)
    with pytest.raises(AssertionError):
        _run(BITING, 30)
