from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.marks import new_moment
from appliance.capture.picking import AS_THEY_COME, LEAST, MOST, Picking, is_wanted
from appliance.capture.scoring import ScoredMoment
from appliance.clock import HeldClock
from appliance.ids import BoxId, EventId, ItemId, ShowId
from appliance.model.capture import LISTENING, Moment, Run, RunId
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Outbox

AT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
RUN = Run(RunId("run"), EventId("friday"), ShowId("show"), ItemId("qa"), "clip", 0, AT, AT)
HEARD = ScoredMoment(10.0, 14.0, 0.6, "laughter 0.91 for 4 s")


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> CaptureRows:
    rows = CaptureRows.owner(paths, Outbox(BoxId("box"), clock))
    rows.run_began(RUN)
    return rows


@pytest.fixture
def picking(rows: CaptureRows) -> Picking:
    return Picking(rows, lambda _, item: {"qa": "Q&A"}.get(item, item))


def _moment(position_ms: int, by: str = LISTENING) -> Moment:
    return new_moment(RUN, by, AT, position_ms, (8000, 4000))


def test_the_reason_says_what_how_long_and_where(picking: Picking) -> None:
    picked = picking.pick(_moment(130_000), HEARD)
    assert picked is not None
    assert (picked.reason, picked.score) == ("laughter 0.91 for 4 s, 2 min into Q&A", 0.6)


@pytest.mark.parametrize(("marked_ms", "picked"), [(125_000, False), (139_000, False), (150_000, True)])
def test_what_a_hand_has_marked_gets_no_second_clip(
    picking: Picking, rows: CaptureRows, marked_ms: int, picked: bool
) -> None:
    rows.moment_marked(_moment(marked_ms, "operator"))
    assert (picking.pick(_moment(130_000), HEARD) is not None) == picked


def test_an_item_gets_no_more_than_its_share_and_another_one_has_its_own(
    picking: Picking, rows: CaptureRows
) -> None:
    picked = []
    for place in range(40):
        moment = picking.pick(_moment(place * 20_000), replace(HEARD, score=0.3 + place / 100))
        if moment is not None:
            rows.moment_marked(moment)
            picked.append(moment)
    assert len(picked) == MOST
    other = replace(_moment(130_000), item=ItemId("opening"))
    assert picking.pick(other, HEARD) is not None


@given(st.lists(st.floats(0, 1), max_size=60))
def test_the_card_is_not_flooded_whatever_is_heard(scores: list[float]) -> None:
    taken: list[float] = []
    for score in scores:
        if is_wanted(score, taken):
            taken.append(score)
    assert len(taken) <= MOST
    assert all(score >= LEAST for score in taken)
    loud = [score for score in scores if score >= LEAST]
    assert len(taken) >= min(AS_THEY_COME, len(loud))
