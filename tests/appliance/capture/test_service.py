"""The capture as a process: a lease, a mark, a clip; no lease, nothing; and what a kill leaves."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.capture.camera_loop import read_segment
from appliance.capture.service import run_capture
from appliance.clock import RealClock
from appliance.config import CaptureTable, Config
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.model.capture import ClipState, StopReason
from appliance.paths import Paths
from appliance.store.outbox import Lane, messages_after
from lab.capture_process import POST_ROLL_S, PRE_ROLL_S, CaptureProcess, files_on_card, until
from lab.house import make_house
from lab.quickest import quickest
from lab.simulated_lease import SimulatedLease

EVENT = EventId("friday")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("house") / "house.mp4", seconds=3)


@pytest.fixture
def show(paths: Paths) -> Iterator[SimulatedLease]:
    with SimulatedLease(paths) as show:
        yield show


@pytest.fixture
def capture(paths: Paths, house: Path, show: SimulatedLease) -> Iterator[CaptureProcess]:
    assert show is not None
    capture = CaptureProcess(paths, house)
    yield capture
    if capture.process.poll() is None:
        assert capture.signal(signal.SIGTERM) == 0


def test_a_mark_becomes_a_clip_that_plays_and_leaves_the_box_once_approved(
    capture: CaptureProcess, show: SimulatedLease
) -> None:
    show.grant()
    capture.buffered(PRE_ROLL_S + 0.2)
    moment = capture.mark("operator")
    assert capture.client.clips()[0].state is ClipState.WAITING
    clip = capture.newest(ClipState.MADE)
    assert (clip.id, clip.item, clip.event) == (moment.clip, "qa", EVENT)
    film = clip.file("mp4")
    assert film is not None
    path = capture.paths.clips / film.name
    assert _seconds(path) == pytest.approx(PRE_ROLL_S + POST_ROLL_S, abs=0.6)
    assert _first_flags(path).startswith("K")
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"], check=True)
    assert messages_after(capture.rows.database, Lane.CLIPS, 0) == []
    assert capture.client.approve(clip.id).state is ClipState.APPROVED
    assert capture.client.approve(clip.id).state is ClipState.APPROVED
    (message,) = messages_after(capture.rows.database, Lane.CLIPS, 0)
    assert json.loads(message.body)["clip"] == clip.id


def test_without_a_lease_nothing_is_filmed(capture: CaptureProcess, show: SimulatedLease) -> None:
    show.wait_until_asked(2)
    status = capture.client.status()
    assert (status.allowed, status.recording, status.buffered_bytes) == (False, False, 0)
    with pytest.raises(MatineeError, match="Nothing is being filmed now") as refused:
        capture.client.mark()
    assert refused.value.key == "capture.not_allowed"
    assert capture.rows.runs(EVENT) == []
    before = files_on_card(capture.paths)
    assert capture.client.sound().loudest_db is not None, "for the rehearsal somebody may listen for a moment"
    assert files_on_card(capture.paths) == before
    show.grant()
    until(lambda: capture.client.status().allowed)
    assert "in use" in capture.client.sound().fault


def test_without_a_show_nothing_is_filmed(paths: Paths, house: Path) -> None:
    capture = CaptureProcess(paths, house)
    assert not capture.client.status().allowed
    assert capture.signal(signal.SIGTERM) == 0


@pytest.mark.parametrize("bell", [True, False])
def test_when_the_lease_is_taken_back_memory_is_emptied_and_only_allowed_time_is_cut(
    capture: CaptureProcess, show: SimulatedLease, bell: bool
) -> None:
    clock, most_s = RealClock(), 0.45 if bell else 1.5
    granted_s = clock.monotonic()
    show.grant()
    capture.buffered(1.2)
    capture.mark()
    revoked_s, revoked_at = clock.monotonic(), clock.now()
    took_s = taken_back_s(capture, show, bell=bell)
    assert capture.client.status().buffered_bytes == 0
    with pytest.raises(MatineeError, match="Nothing is being filmed now"):
        capture.client.mark()
    clip = capture.newest(ClipState.MADE)
    assert clip.duration_ms <= (revoked_s - granted_s) * 1000
    (run,) = capture.rows.runs(EVENT)
    assert run.ended_at is not None
    assert run.ended_at <= revoked_at

    def again_s() -> float:
        show.grant()
        capture.buffered(0.2)
        return taken_back_s(capture, show, bell=bell)

    assert took_s <= most_s or quickest(again_s, most_s) <= most_s


def taken_back_s(capture: CaptureProcess, show: SimulatedLease, *, bell: bool) -> float:
    """How long it takes until nothing may be filmed any more."""
    clock = RealClock()
    revoked_s = clock.monotonic()
    show.refuse(bell=bell)
    until(lambda: not capture.client.status().allowed)
    return clock.monotonic() - revoked_s


def test_a_show_that_hangs_ends_filming_within_a_second(
    capture: CaptureProcess, show: SimulatedLease
) -> None:
    clock = RealClock()

    def ended_s() -> float:
        show.grant()
        capture.buffered(0.5)
        show.hang()
        began_s = clock.monotonic()
        until(lambda: not capture.client.status().recording)
        took_s = clock.monotonic() - began_s
        until(lambda: capture.client.status().buffered_bytes == 0)
        show.answer_again()
        until(lambda: capture.client.status().recording)
        return took_s

    assert quickest(ended_s, 2) <= 2


def test_a_kill_between_mark_and_clip_leaves_a_moment_that_says_what_happened(
    capture: CaptureProcess, show: SimulatedLease
) -> None:
    show.grant()
    capture.buffered(0.5)
    moment = capture.mark()
    capture.signal(signal.SIGKILL)
    capture.again()
    clip = capture.newest(ClipState.FAILED)
    assert (clip.id, clip.why) == (moment.clip, "The box restarted before this moment was saved as a clip.")
    assert capture.rows.runs(EVENT)[0].why is StopReason.RESTARTED
    with pytest.raises(MatineeError, match="not ready to be approved"):
        capture.client.approve(clip.id)
    capture.buffered(0.5)
    later = capture.mark()
    assert capture.newest(ClipState.MADE).id == later.clip


def test_a_kill_between_mark_and_clip_costs_no_clip_where_segments_are_kept(
    paths: Paths, house: Path, show: SimulatedLease
) -> None:
    capture = CaptureProcess(paths, house, segments_gb=1)
    show.grant()
    capture.buffered(1)
    moment = capture.mark()
    until(lambda: _filmed_s(paths, moment.run) >= 1.5 or capture.client.clips()[0].files)
    capture.signal(signal.SIGKILL)
    capture.again()
    clip = capture.newest(ClipState.MADE)
    assert clip.id == moment.clip
    assert clip.duration_ms >= 1000
    for run in capture.rows.runs(EVENT)[:-1]:
        assert run.ended_at is not None
        assert (run.ended_at - run.began_at).total_seconds() >= _filmed_s(paths, run.id) - 0.1
    assert capture.signal(signal.SIGTERM) == 0


def _filmed_s(paths: Paths, run: str) -> float:
    """How much there is in segments, which may be open."""
    packets = (packet for path in paths.segments.glob(f"{run}*") for packet in read_segment(path, 0))
    try:
        return max((packet.pts_us for packet in packets), default=0) / 1_000_000
    except MatineeError:
        return 0.0


def test_stopped_in_order_it_still_cuts_what_was_marked(
    capture: CaptureProcess, show: SimulatedLease
) -> None:
    show.grant()
    capture.buffered(1.2)
    capture.mark()
    assert capture.signal(signal.SIGTERM) == 0
    (clip,) = capture.rows.clips(EVENT)
    assert clip.state is ClipState.MADE
    assert capture.rows.runs(EVENT)[0].why is StopReason.STOPPED


def test_a_second_capture_is_refused_and_spoils_nothing(
    capture: CaptureProcess, show: SimulatedLease
) -> None:
    show.grant()
    capture.buffered(0.5)
    moment = capture.mark()
    with pytest.raises(MatineeError) as refused:
        run_capture(capture.paths, Config())
    assert refused.value.key == "core.second_instance"
    assert capture.newest(ClipState.MADE).id == moment.clip


def test_a_clip_whose_film_is_gone_can_not_be_approved(capture: CaptureProcess, show: SimulatedLease) -> None:
    show.grant()
    capture.buffered(0.5)
    capture.mark()
    clip = capture.newest(ClipState.MADE)
    (capture.paths.clips / f"{clip.id}.landscape.mp4").unlink()
    with pytest.raises(MatineeError, match="no longer on the card"):
        capture.client.approve(clip.id)


def test_a_source_that_is_missing_is_told_before_anything_starts(paths: Paths) -> None:
    with pytest.raises(MatineeError, match="Correct source under"):
        run_capture(paths, Config(capture=CaptureTable(source="/nowhere/house.mp4")))


def _seconds(path: Path) -> float:
    return float(_probe(path, "-show_entries", "format=duration"))


def _first_flags(path: Path) -> str:
    return _probe(path, "-select_streams", "v", "-read_intervals", "%+#1", "-show_entries", "packet=flags")


def _probe(path: Path, *wanted: str) -> str:
    return subprocess.run(
        ["ffprobe", "-v", "error", *wanted, "-of", "csv=p=0", str(path)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
