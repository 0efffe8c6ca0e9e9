"""An internet line that is paid by the megabyte: clips stop in time, sign-ups never wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.bucket.opening import open_bucket
from appliance.clock import ClockTrust
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.model.allowance import RESERVE_BYTES, Allowance, Used, clip_held, rows_held
from appliance.store.outbox import Lane
from lab.fault_proxy import FaultProxy
from lab.filming import clip_of
from lab.object_store_fixture import box_settings, opened, organiser_settings
from lab.outbox_owners import arrived
from lab.pushing_box import Box

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MB = 1_000_000
SIZES = st.integers(0, 40 * MB)


@given(st.integers(1, 40), st.lists(st.tuples(st.booleans(), st.integers(1, 6 * MB)), max_size=30))
def test_clips_never_break_the_cap_and_never_take_the_reserve(
    cap: int, wishes: list[tuple[bool, int]]
) -> None:
    allowance, rows, clips = Allowance(mb_per_day=cap), 0, 0
    for clip, size in wishes:
        used = Used(day_rows=rows, day_clips=clips)
        if clip and not clip_held(allowance, used, size, NOON, known=True):
            clips += size
            assert rows + clips <= cap * MB
            assert clips <= max(0, cap * MB - max(RESERVE_BYTES, rows))
        elif not clip and not rows_held(allowance, used):
            rows += size
    if rows < RESERVE_BYTES:
        assert not rows_held(allowance, Used(day_rows=rows, day_clips=clips))


@given(SIZES, SIZES)
def test_without_a_limit_nothing_waits(rows: int, clips: int) -> None:
    used = Used(rows, clips, rows, clips)
    assert clip_held(Allowance(), used, 6 * MB, NOON, known=False) == rows_held(Allowance(), used) == ""


@pytest.mark.parametrize(
    ("first", "last", "hour", "may"),
    [("23:00", "07:00", 12, False), ("23:00", "07:00", 23, True), ("23:00", "07:00", 6, True),
     ("09:00", "13:00", 12, True), ("09:00", "13:00", 13, False)],
)  # fmt: skip
def test_hours_reach_over_midnight(first: str, last: str, hour: int, may: bool) -> None:
    allowance = Allowance(clips_from=first, clips_until=last)
    said = clip_held(allowance, Used(), 1, NOON.replace(hour=hour), known=True)
    assert (said == "") is may
    assert may or f"between {first} and {last}" in said


@pytest.mark.parametrize("wrong", [("23:00", ""), ("25:00", "07:00"), ("soon", "late"), ("07:00", "07:00")])
def test_hours_that_can_not_be_meant_are_refused(wrong: tuple[str, str]) -> None:
    with pytest.raises(MatineeError, match="such as 23:00 and 07:00"):
        Allowance(clips_from=wrong[0], clips_until=wrong[1])


@pytest.fixture
def far(box: Box, object_store: ObjectStore) -> Iterator[tuple[Box, FaultProxy]]:
    with FaultProxy(int(object_store.endpoint.rpartition(":")[2])) as line:
        bucket = open_bucket(box_settings(object_store, endpoint=f"http://127.0.0.1:{line.port}"))
        assert bucket is not None
        box.bucket, box.reads = bucket, opened(organiser_settings(object_store))
        box.start()
        yield box, line


def test_the_day_is_used_up_sign_ups_go_on_and_clips_go_on_tomorrow(
    far: tuple[Box, FaultProxy], tmp_path: Path
) -> None:
    box, line = far
    box.pusher.metering.allow(Allowance(mb_per_day=16))
    clip_of(box, 18 * MB)
    box.push_all()
    went = line.seen.up_bytes + line.seen.down_bytes
    assert 10 * MB < went <= 12.1 * MB
    assert "Clips wait until tomorrow" in box.pusher.metering.held[0]
    row = box.owners.person()
    box.push_all()
    assert row in arrived(box.reads, tmp_path / "read", "boxes/box=box/").rows
    box.start()
    box.push_all()
    assert not box.rows.pushed().get(Lane.CLIPS), "a restart forgets no byte"
    box.clock.advance(86_400)
    box.push_all()
    assert box.rows.pushed()[Lane.CLIPS] == 1
    assert box.pusher.metering.held == ()


def test_what_was_counted_is_what_went(far: tuple[Box, FaultProxy]) -> None:
    box, line = far
    clip_of(box, 11 * MB)
    box.push_all()
    day = box.clock.now().astimezone().date().isoformat()
    used = box.pusher.metering.used(day)
    went = line.seen.up_bytes + line.seen.down_bytes
    assert abs(used.day_rows + used.day_clips - went) <= 0.01 * went


def test_an_evenings_limit_holds_that_evening(far: tuple[Box, FaultProxy]) -> None:
    box, _ = far
    box.pusher.metering.allow(Allowance(mb_per_event=8))
    clip_of(box, 11 * MB)
    box.push_all()
    assert "this evening wait" in box.pusher.metering.held[0]
    box.clock.advance(86_400)
    box.push_all()
    assert not box.rows.pushed()
    box.pusher.metering.allow(Allowance())
    box.push_all()
    assert box.rows.pushed() == {Lane.CLIPS: 1}


def test_clips_wait_for_their_hours_and_for_the_time(far: tuple[Box, FaultProxy], tmp_path: Path) -> None:
    box, _ = far
    now = box.clock.now().astimezone()
    first, last = (f"{now + timedelta(hours=more):%H:%M}" for more in (2, 4))
    box.pusher.metering.allow(Allowance(clips_from=first, clips_until=last))
    clip, person = clip_of(box, MB), box.owners.person()
    box.push_all()
    assert box.rows.pushed() == {Lane.PEOPLE: 1}
    assert f"between {first} and {last} only" in box.pusher.metering.held[0]
    assert person in arrived(box.reads, tmp_path / "read", "boxes/box=box/").rows
    box.clock.advance(3 * 3600)
    box.clock.trust = ClockTrust.NONE
    box.push_all()
    assert "does not know the time" in box.pusher.metering.held[0]
    box.clock.trust = ClockTrust.TOLD
    box.push_all()
    assert box.reads.exists(clip[0])
