"""Filming follows the show's leave, whatever happens in whatever order, on real rows and a held clock."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.capture.camera_none import NoCamera
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.filming import Filming
from appliance.capture.interlock import Interlock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.capture import ClipState, StopReason
from appliance.model.show_view import Lease
from lab.paper_house import EVENT, House, reread


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


evenings = st.lists(
    st.tuples(
        st.sampled_from((0.05, 0.2, 0.45, 1.1)),
        st.sampled_from(
            ("shoot", "shoot", "shoot", "ask", "ask", "flip", "mark", "hear", "lose", "find", "check")
        ),
    ),
    max_size=60,
)


def cut_outside(evening: list[tuple[float, str]]) -> list[int]:
    """Play ``evening`` and return the times of all packets in clips that the show had not allowed."""
    with tempfile.TemporaryDirectory() as root:
        house = House(Path(root))
        acts: dict[str, Callable[[], None]] = {
            "shoot": house.camera.shoot,
            "ask": house.ask,
            "flip": house.flip,
            "mark": house.mark,
            "hear": house.hear,
            "lose": house.camera.lose,
            "find": house.camera.find,
            "check": house.filming.check,
        }
        for passes_s, act in evening:
            house.clock.advance(passes_s)
            try:
                acts[act]()
            except MatineeError as refused:
                assert refused.key in {"capture.not_allowed", "capture.no_camera"}
        house.close()
        assert not house.camera.running
        assert all(clip.state in {ClipState.MADE, ClipState.FAILED} for clip in reread(house))
        return [
            time_us
            for cut in house.cutter.cut
            for time_us in cut
            if not any(begin <= time_us <= end for begin, end in house.allowed_us)
        ]


ONE_CLIP_TOO_LONG = [
    *[(0.05, "flip"), (0.05, "ask"), (0.05, "shoot"), (0.05, "mark"), (0.05, "flip")],
    *[(0.05, "shoot"), (0.05, "ask")],
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(evenings)
def test_no_clip_holds_a_picture_from_when_filming_was_not_allowed(evening: list[tuple[float, str]]) -> None:
    assert cut_outside(evening) == []


def test_the_check_above_notices_when_unproven_time_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cut_outside(ONE_CLIP_TOO_LONG) == []
    heard = Interlock.heard

    def trusting(self: Interlock, lease: Lease, asked_s: float, answered_s: float) -> Interlock:
        told = heard(self, lease, asked_s, answered_s)
        return replace(told, proven_s=told.until_s)

    monkeypatch.setattr(Interlock, "heard", trusting)
    assert cut_outside(ONE_CLIP_TOO_LONG)


def test_without_a_lease_the_camera_stays_off_and_a_mark_is_refused(house: House) -> None:
    house.film(2)
    assert not house.camera.running
    with pytest.raises(MatineeError, match="Nothing is being filmed now") as refused:
        house.mark()
    assert refused.value.key == "capture.not_allowed"
    house.close()
    assert reread(house) == []


def test_a_mark_becomes_a_clip_from_pre_roll_to_post_roll(house: House) -> None:
    house.flip()
    house.film(5)
    marked_us = house.now_us
    house.mark()
    assert house.rows.uncut()[0].position_ms == 500
    house.film(2)
    house.close()
    (cut,) = house.cutter.cut
    assert marked_us - 2_100_000 <= cut[0] <= marked_us - 2_000_000
    assert marked_us + 900_000 <= cut[-1] <= marked_us + 1_000_000
    (clip,) = reread(house)
    assert (clip.state, clip.item) == (ClipState.MADE, "item-1")


def test_pre_roll_never_reaches_into_the_item_before(house: House) -> None:
    house.flip()
    house.film(3)
    house.flip()
    house.film(0.5)
    house.flip()
    began_us = house.now_us
    house.film(1)
    house.mark()
    house.film(2)
    house.close()
    assert house.cutter.cut[0][0] >= began_us


def test_when_the_show_falls_silent_recording_stops_within_a_second_and_memory_is_emptied(
    house: House,
) -> None:
    house.flip()
    house.film(3)
    assert house.filming.status().recording
    for _ in range(11):
        house.clock.advance(0.1)
        house.camera.shoot()
    status = house.filming.status()
    assert not status.allowed
    assert not status.recording
    assert status.buffered_bytes == 0
    assert not house.camera.running
    (run,) = house.rows.runs(EVENT)
    assert run.why is StopReason.LEASE_ENDED
    house.close()


def test_a_mark_just_before_the_end_is_cut_at_once_from_what_was_proven(house: House) -> None:
    house.flip()
    house.film(3)
    house.mark()
    house.flip()
    house.ask()
    assert house.filming.status().buffered_bytes == 0
    house.close()
    (clip,) = reread(house)
    assert clip.state is ClipState.MADE
    assert house.cutter.cut[0][-1] <= house.allowed_us[0][1]


def test_a_lost_camera_is_told_ends_the_run_and_films_again_when_it_is_back(house: House) -> None:
    house.flip()
    house.film(2)
    house.camera.lose()
    assert house.filming.status().faults == ("The cable is out.",)
    with pytest.raises(MatineeError) as refused:
        house.mark()
    assert refused.value.key == "capture.no_camera"
    house.camera.find()
    house.film(1)
    assert house.filming.status().faults == ()
    assert house.filming.status().recording
    house.close()
    assert [run.why for run in house.rows.runs(EVENT)] == [StopReason.CAMERA_LOST, StopReason.STOPPED]


def test_every_second_that_was_filmed_stands_in_the_facts(house: House) -> None:
    house.flip()
    house.film(4)
    house.flip()
    house.film(1)
    house.close()
    (run,) = house.rows.runs(EVENT)
    assert run.ended_at is not None
    assert 3.3 <= (run.ended_at - run.began_at).total_seconds() <= 4.0


def test_a_box_without_a_camera_allows_nothing_to_be_marked(house: House) -> None:
    filming = Filming(
        house.rows,
        Equipment(NoCamera()),
        house.cutting,
        house.clock,
        FilmingSettings(BoxId("box"), 2000, 1000),
        lambda work: work(),
    )
    now_s = house.clock.monotonic()
    filming.heard(Lease(granted=True, item="qa", event=EVENT, show="show", seconds=1.0), now_s, now_s)
    with pytest.raises(MatineeError, match="camera gives no picture"):
        filming.mark("operator")
    with pytest.raises(MatineeError, match="small letters"):
        filming.mark("Grace Hopper")
    filming.close()
    house.close()


def test_a_camera_that_falls_silent_counts_as_lost_after_three_seconds(house: House) -> None:
    house.flip()
    house.film(5)
    house.camera.silent = True
    house.film(2.9)
    assert house.filming.status().recording
    house.camera.broken = "The cable is out."
    house.film(0.5)
    status = house.filming.status()
    assert not status.recording
    assert status.faults
    with pytest.raises(MatineeError) as refused:
        house.mark()
    assert refused.value.key == "capture.no_camera"
    house.camera.broken = ""
    house.film(4)
    assert house.filming.status().recording
    assert house.filming.status().faults == ()
    house.close()
    assert [run.why for run in house.rows.runs(EVENT)] == [StopReason.CAMERA_LOST, StopReason.STOPPED]


def test_a_camera_that_can_not_be_opened_is_tried_every_three_seconds_and_no_oftener(house: House) -> None:
    house.camera.broken = "The cable is out."
    house.flip()
    house.film(60)
    assert 18 <= house.camera.started <= 21
    assert house.filming.status().faults == ("The cable is out.",)
    house.flip()
    house.film(10)
    tried = house.camera.started
    house.film(10)
    assert house.camera.started == tried, "without a lease nobody touches the camera"
    house.close()


def test_a_box_without_a_camera_misses_no_packets(house: House) -> None:
    filming = Filming(
        house.rows,
        Equipment(NoCamera()),
        house.cutting,
        house.clock,
        FilmingSettings(BoxId("box"), 2000, 1000),
        lambda work: work(),
    )
    for _ in range(20):
        now_s = house.clock.monotonic()
        filming.heard(Lease(granted=True, item="qa", event=EVENT, show="show", seconds=1.0), now_s, now_s)
        house.clock.advance(0.5)
    assert filming.status().faults == ()
    filming.close()
    house.close()
