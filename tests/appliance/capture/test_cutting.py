"""After a crash: whole files become a clip, the rest is cleared away and said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.capture.camera_loop import read_film, read_segment
from appliance.capture.clips import Clips
from appliance.capture.cut import CutOrder, make_clip
from appliance.capture.cut_av import AvCutter
from appliance.capture.cutting import Cutting
from appliance.capture.packet import Packet
from appliance.capture.recovery import Recovery
from appliance.capture.segment_shelf import SegmentShelf
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, ShowId
from appliance.model.capture import ClipState, Faces, Moment, Run, RunId
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Outbox
from lab.house import make_house

EVENT = EventId("friday")


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> CaptureRows:
    rows = CaptureRows.owner(paths, Outbox(BoxId("box"), clock))
    began_at = clock.now()
    rows.run_began(Run(RunId("run"), EVENT, ShowId("show"), ItemId("qa"), "clip", 0, began_at, began_at))
    return rows


@pytest.fixture
def order(rows: CaptureRows, tmp_path: Path, clock: HeldClock) -> CutOrder:
    moment = Moment(
        id=MomentId("01MOMENT"),
        clip=ClipId("01CLIP"),
        run=RunId("run"),
        event=EVENT,
        show=ShowId("show"),
        item=ItemId("qa"),
        by="operator",
        at=clock.now(),
        position_ms=1000,
        pre_roll_ms=1000,
        post_roll_ms=1000,
    )
    rows.moment_marked(moment)
    packets = tuple(read_film(make_house(tmp_path / "house.mp4", 1)))
    return CutOrder(moment, 500_000, packets, BoxId("box"), "proven")


def restarted(rows: CaptureRows, paths: Paths, clock: HeldClock) -> None:
    later: list[Callable[[], None]] = []
    cutting = Cutting(rows, paths.clips, AvCutter(), clock, later.append)
    shelf = SegmentShelf(paths.segments, 1 << 30, read_segment)
    Recovery(rows, paths.clips, shelf, BoxId("box"), clock).run(cutting)
    cutting.close()


def test_a_clip_whose_files_were_written_but_not_its_row_is_taken_up(
    rows: CaptureRows, order: CutOrder, paths: Paths, clock: HeldClock
) -> None:
    made = make_clip(order, paths.clips, AvCutter())
    restarted(rows, paths, clock)
    (clip,) = rows.clips(EVENT)
    assert (clip.state, clip.files) == (ClipState.MADE, made.files)


@pytest.mark.parametrize("left", ["01CLIP.landscape.mp4", ".01CLIP.landscape.mp4.01J9ZZZZZZZZZZZZZZZZZZZZZZ"])
def test_what_a_crash_left_of_a_clip_is_cleared_away(
    rows: CaptureRows, order: CutOrder, paths: Paths, clock: HeldClock, left: str
) -> None:
    assert order.packets
    (paths.clips / left).write_bytes(b"half a film")
    restarted(rows, paths, clock)
    assert list(paths.clips.iterdir()) == []
    (clip,) = rows.clips(EVENT)
    assert clip.state is ClipState.FAILED


class HeldCutter(AvCutter):
    """Begins to write when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def mux(self, packets: Sequence[Packet], path: Path) -> None:
        assert self.go.wait(30)
        super().mux(packets, path)


def test_a_cut_that_takes_its_time_keeps_nobody_waiting_and_shows_as_being_cut(
    rows: CaptureRows, order: CutOrder, paths: Paths, clock: HeldClock
) -> None:
    later: list[Callable[[], None]] = []
    cutter = HeldCutter()
    cutting = Cutting(rows, paths.clips, cutter, clock, later.append)
    clips = Clips(rows, cutting, paths.clips, clock, lambda: None)
    assert clips.all()[0].state is ClipState.WAITING
    cutting.order(order)
    assert clips.all()[0].state is ClipState.CUTTING
    with pytest.raises(MatineeError, match="still being made"):
        clips.approve(order.moment.clip)
    cutter.go.set()
    cutting.close()
    for work in later:
        work()
    assert clips.all()[0].state is ClipState.MADE
    assert clips.approve(order.moment.clip).state is ClipState.APPROVED


def test_a_cut_that_fails_says_why_and_the_next_one_is_cut(
    rows: CaptureRows, order: CutOrder, paths: Paths, clock: HeldClock
) -> None:
    cutting = Cutting(rows, paths.clips, AvCutter(), clock, lambda _: None)
    cutting.order(replace(order, packets=()))
    other = replace(order.moment, id=MomentId("02MOMENT"), clip=ClipId("02CLIP"))
    rows.moment_marked(other)
    cutting.order(replace(order, moment=other))
    cutting.close()
    newest, oldest = rows.clips(EVENT)
    assert newest.state is ClipState.MADE
    assert (oldest.state, oldest.why) == (
        ClipState.FAILED,
        "Filming ended before anything of this moment could be kept.",
    )


def test_faces_are_covered_where_nobody_knows_any_more_what_the_evening_asked(
    rows: CaptureRows, order: CutOrder, paths: Paths, clock: HeldClock
) -> None:
    covered: list[Path] = []
    cutting = Cutting(rows, paths.clips, AvCutter(), clock, lambda _: None, blur=covered.append)
    cutting.order(order)
    cutting.close()
    assert len(covered) == 1
    (clip,) = rows.clips(EVENT)
    assert clip.faces is Faces.BLURRED
