"""Segments: on the card a little behind what is proven; a kill or a power cut costs two seconds at most."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.capture.camera_loop import read_film, read_segment
from appliance.capture.packet import Packet, Stream
from appliance.capture.segment_av import AvSegmentMaker
from appliance.capture.segment_shelf import SegmentShelf
from appliance.capture.segments import Segments
from appliance.clock import HeldClock
from appliance.ids import EventId, ItemId, ShowId
from appliance.model.capture import Run, RunId
from lab.house import make_house
from lab.lossy_disk import LossyDisk
from lab.paper_films import AtOnce

RUN = Run(
    RunId("01RUN"),
    EventId("friday"),
    ShowId("show"),
    ItemId("qa"),
    "clip",
    0,
    datetime(2026, 11, 27, tzinfo=UTC),
    datetime(2026, 11, 27, tzinfo=UTC),
)
FILM = (
    "import sys, time\n"
    "from dataclasses import replace\n"
    "from datetime import UTC, datetime\n"
    "from pathlib import Path\n"
    "from appliance.capture.camera_loop import read_film, read_segment\n"
    "from appliance.capture.segment_av import AvSegmentMaker\n"
    "from appliance.capture.segment_shelf import SegmentShelf\n"
    "from appliance.capture.segments import Segments\n"
    "from appliance.clock import HeldClock\n"
    "from appliance.model.capture import Run\n"
    "house, folder = Path(sys.argv[1]), Path(sys.argv[2])\n"
    "clock = HeldClock()\n"
    "began_us = round(clock.monotonic() * 1e6)\n"
    "now = datetime(2026, 11, 27, tzinfo=UTC)\n"
    "kept = Segments(SegmentShelf(folder, 1 << 30, read_segment), AvSegmentMaker(), clock)\n"
    "kept.began(Run('01RUN', 'friday', 'show', 'qa', 'clip', 0, now, now), began_us)\n"
    "step_us, said = 500_000, began_us\n"
    "for packet in read_film(house, began_us):\n"
    "    while packet.dts_us > said + step_us:\n"
    "        said += step_us\n"
    "        clock.advance(0.5)\n"
    "        kept.proven(said - step_us)\n"
    "        while kept._behind: time.sleep(0.001)\n"
    "        print((said - began_us) // 1000, flush=True)\n"
    "        sys.stdin.readline()\n"
    "    kept.push(packet)\n"
)
"""The filming of ``house`` at the pace of our answers: each line says how much was seen by the camera."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("house") / "house.mp4", seconds=8)


@pytest.fixture
def shelf(tmp_path: Path) -> SegmentShelf:
    return SegmentShelf(tmp_path, 1 << 30, read_segment)


def kept(shelf: SegmentShelf, clock: HeldClock) -> Segments:
    return Segments(shelf, AvSegmentMaker(), clock, AtOnce())


def pictures(packets: tuple[Packet, ...]) -> list[int]:
    return [packet.pts_us for packet in packets if packet.stream is Stream.VIDEO]


def test_what_is_on_the_card_ends_where_it_is_proven_and_the_rest_is_forgotten(
    shelf: SegmentShelf, clock: HeldClock, house: Path
) -> None:
    segments = kept(shelf, clock)
    segments.began(RUN, 0)
    for packet in read_film(house, 0):
        segments.push(packet)
    segments.proven(3_000_000)
    clock.advance(1)
    segments.ended(5_500_000)
    segments.ended(8_000_000)
    found = shelf.packets(RUN.id, 0, 99_000)
    assert 5_400_000 <= max(pictures(found)) <= 5_500_000
    assert max(packet.pts_us for packet in found) <= 5_500_000
    assert {packet.stream for packet in found} == {Stream.VIDEO, Stream.AUDIO}
    assert shelf.reach_ms(RUN.id) == max(pictures(found)) // 1000


def test_a_stretch_begins_at_the_key_frame_before_it(
    shelf: SegmentShelf, clock: HeldClock, house: Path
) -> None:
    segments = kept(shelf, clock)
    segments.began(RUN, 0)
    for packet in read_film(house, 0):
        segments.push(packet)
    segments.ended(8_000_000)
    found = shelf.packets(RUN.id, 3_200, 4_000)
    assert found[0].key
    assert pictures(found)[0] == pytest.approx(3_000_000, abs=1000)
    assert pictures(found)[-1] <= 4_000_000


def test_a_long_run_is_several_files_without_a_gap(
    shelf: SegmentShelf, clock: HeldClock, house: Path
) -> None:
    segments = kept(shelf, clock)
    segments.began(RUN, 0)
    length_us = 8_000_000
    for round_ in range(9):
        for packet in read_film(house, round_ * length_us):
            segments.push(packet)
            clock.advance(0.01)
        segments.proven((round_ + 1) * length_us)
    segments.ended(9 * length_us)
    assert [begin for begin, _ in shelf.of(RUN.id)] == [0, 60_000]
    seen = pictures(shelf.packets(RUN.id, 0, 99_000))
    assert len(seen) == 9 * 240
    assert max(later - earlier for earlier, later in itertools.pairwise(seen)) < 40_000
    for _, path in shelf.of(RUN.id):
        subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", path, "-f", "null", "-"], check=True)
    assert path.stat().st_mode & 0o007 == 0


def test_sound_that_comes_later_than_the_pictures_is_kept_from_the_next_key_frame_on(
    shelf: SegmentShelf, clock: HeldClock, house: Path
) -> None:
    segments = kept(shelf, clock)
    segments.began(RUN, 0)
    for packet in read_film(house, 0):
        if packet.stream is Stream.VIDEO or packet.pts_us >= 2_300_000:
            segments.push(packet)
    for half_second in range(16):
        segments.proven(half_second * 500_000)
    segments.ended(8_000_000)
    found = shelf.packets(RUN.id, 0, 99_000)
    assert len(pictures(found)) == 240
    heard = [packet.pts_us for packet in found if packet.stream is Stream.AUDIO]
    assert 2_300_000 <= min(heard) <= 3_100_000
    assert max(heard) >= 7_800_000


def test_the_oldest_make_room_but_none_that_a_moment_waits_for(
    clock: HeldClock, house: Path, tmp_path: Path
) -> None:
    shelf = SegmentShelf(tmp_path, 1_000_000, read_segment)
    for number, name in enumerate(("01A", "01B")):
        path = tmp_path / f"{name}.0000000000.mp4"
        path.write_bytes(bytes(600_000))
        os.utime(path, (number, number))
    shelf.wanted = frozenset({RunId("01A")})
    shelf.next_path(RUN.id, 0)
    assert [path.name[:3] for path in tmp_path.iterdir()] == ["01A"]
    (tmp_path / "01A.0000000000.mp4").write_bytes(bytes(1_100_000))
    segments = kept(shelf, clock)
    segments.began(RUN, 0)
    for packet in itertools.islice(read_film(house, 0), 40):
        segments.push(packet)
    segments.proven(8_000_000)
    assert "no room left" in segments.fault
    assert [path.name[:3] for path in tmp_path.iterdir()] == ["01A"]


def filming(house: Path, folder: Path, until_ms: int) -> subprocess.Popen[str]:
    """A process that films, stopped in the middle when its camera has seen ``until_ms``."""
    process = subprocess.Popen(
        [sys.executable, "-c", FILM, house, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= until_ms:
            return process
        process.stdin.write("\n")
        process.stdin.flush()
    raise AssertionError(process.wait())


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=30)


@pytest.mark.parametrize("until_ms", [3000, 4500, 6000])
def test_a_kill_costs_two_seconds_at_most(
    shelf: SegmentShelf, house: Path, tmp_path: Path, until_ms: int
) -> None:
    process = filming(house, tmp_path, until_ms)
    process.send_signal(signal.SIGKILL)
    ended(process)
    seen = pictures(shelf.packets(RUN.id, 0, 99_000))
    assert until_ms * 1000 - max(seen) <= 2_000_000
    assert len(seen) >= 30 * (max(seen) / 1_000_000)
    (segment,) = shelf.of(RUN.id)
    subprocess.run(["ffmpeg", "-v", "fatal", "-i", segment[1], "-f", "null", "-"], check=True)


def after_power_cut(house: Path, folder: Path, until_ms: int) -> Iterator[int]:
    """How much was lost, in microseconds, at each of several ways in which the card may have been written."""
    for seed in (None, 1, 2):
        here = folder / str(seed)
        here.mkdir(parents=True)
        with LossyDisk(here) as disk:
            process = filming(house, disk.path, until_ms)
            disk.cut(seed)
            ended(process)
        shelf = SegmentShelf(here, 1 << 30, read_segment)
        yield until_ms * 1000 - max(pictures(shelf.packets(RUN.id, 0, 99_000)), default=0)


def test_a_power_cut_costs_two_seconds_at_most_and_never_the_file(house: Path, tmp_path: Path) -> None:
    lost_us = [
        lost
        for until_ms in (3500, 6000)
        for lost in after_power_cut(house, tmp_path / f"at-{until_ms}", until_ms)
    ]
    assert max(lost_us) <= 2_000_000, lost_us


def test_the_check_above_notices_a_flush_that_is_left_out(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = FILM.replace("import sys, time", "import os, sys, time\nos.fsync = lambda handle: None")
    monkeypatch.setattr(sys.modules[__name__], "FILM", program)
    assert max(after_power_cut(house, tmp_path / "m", 6000)) > 2_000_000
