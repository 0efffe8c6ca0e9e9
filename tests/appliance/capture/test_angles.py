"""Two cameras of one room: one word of the show for both, and which of them a moment is cut from."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from appliance.capture.angles import Angles, LentSound, OnlySeen
from appliance.capture.angles_choice import worth
from appliance.capture.camera_loop import read_film, read_segment
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.filming import Filming
from appliance.capture.packet import Packet, Stream
from appliance.capture.segment_shelf import SegmentShelf
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.capture import OVERHEAD, ClipState, Moment, StopReason
from appliance.paths import Paths
from lab.capture_process import CaptureProcess, until
from lab.house import make_house
from lab.paper_house import EVENT, House, reread
from lab.simulated_camera import SimulatedCamera
from lab.simulated_lease import SimulatedLease


class Pair(House):
    """A house with a second camera, whose pictures are worth what the test says."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.second = SimulatedCamera(self.clock)
        first, settings = self.filming, FilmingSettings(BoxId("box"), 2000, 1000, angle=OVERHEAD)
        self.overhead = Filming(
            self.rows,
            Equipment(OnlySeen(self.second)),
            self.cutting,
            self.clock,
            settings,
            lambda work: work(),
        )
        self.better = 1.0
        worths: Iterator[float] = iter(())

        def told(_: Packet | None) -> float:
            nonlocal worths
            value = next(worths, None)
            if value is None:
                worths = iter((self.better,))
                return 1.0
            return value

        self.filming = Angles(first, self.overhead, told)  # type: ignore[assignment]

    def shoot(self) -> None:
        super().shoot()
        self.second.shoot()


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_a_hand_marks_in_both_and_each_says_from_where(pair: Pair) -> None:
    pair.flip()
    pair.film(3)
    pair.mark()
    pair.film(2)
    first, other = sorted(reread(pair), key=lambda clip: clip.reason)
    assert (first.reason, other.reason) == ("marked by hand", f"marked by hand, {OVERHEAD}")
    assert {run.camera for run in pair.rows.runs(EVENT)} == {pair.camera.name, pair.second.name}
    pair.close()
    assert len(pair.cutter.cut) == 2


@pytest.mark.parametrize(("better", "ends"), [(1.2, False), (3.0, True)])
def test_what_was_heard_is_cut_from_the_camera_that_saw_it_clearly_better(
    pair: Pair, better: float, ends: bool
) -> None:
    pair.better = better
    pair.flip()
    pair.film(3)
    pair.hear()
    pair.film(2)
    (clip,) = reread(pair)
    assert clip.reason.startswith("laughter 0.91")
    assert clip.reason.endswith(OVERHEAD) is ends
    pair.close()


def test_one_camera_that_is_lost_leaves_the_other_and_says_so(pair: Pair) -> None:
    pair.flip()
    pair.film(2)
    pair.camera.lose()
    pair.film(1)
    status = pair.filming.status()
    assert (status.recording, status.overhead_recording, len(status.faults)) == (False, True, 1)
    pair.mark()
    pair.second.lose()
    pair.film(0.5)
    assert pair.filming.status().faults[-1].startswith("Overhead: ")
    with pytest.raises(MatineeError, match="no picture") as refused:
        pair.mark()
    assert refused.value.key == "capture.no_camera"
    (clip,) = reread(pair)
    assert clip.reason.endswith(OVERHEAD)
    pair.close()


def test_when_the_show_takes_its_word_back_both_are_off_and_empty(pair: Pair) -> None:
    pair.flip()
    pair.film(2)
    pair.flip()
    pair.film(0.5)
    for one in (pair.camera, pair.second):
        assert not one.running
    assert pair.overhead.status().buffered_bytes == 0
    assert [run.why for run in pair.rows.runs(EVENT)] == [StopReason.LEASE_ENDED] * 2
    lent = LentSound(pair.overhead)
    lent.push(Packet(b"sound", pair.now_us, key=True, stream=Stream.AUDIO, dts_us=pair.now_us))
    assert pair.overhead.status().buffered_bytes == 0, "nor is sound lent to a camera that may not film"
    pair.close()


def test_a_sharp_well_lit_picture_is_worth_more_than_a_dark_or_blurred_one(tmp_path: Path) -> None:
    values = []
    for look in ("null", "gblur=sigma=12", "eq=brightness=-0.9"):
        path = tmp_path / f"{len(values)}.mp4"
        made = ("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=10:duration=1,{look}")
        subprocess.run(["ffmpeg", "-v", "error", *made, "-c:v", "libx264", "-bf", "0", path], check=True)
        values.append(worth(next(iter(read_film(path)))))
    assert values[0] > 1.5 * max(values[1:])
    assert (worth(None), worth(Packet(b"rubbish", 0, key=True, stream=Stream.VIDEO, dts_us=0))) == (0.0, 0.0)


@pytest.fixture
def films(tmp_path: Path) -> tuple[Path, Path]:
    """What the room's camera sees, and the one overhead: red."""
    above = tmp_path / "above.mp4"
    made = ("-f", "lavfi", "-i", "color=red:size=320x180:rate=10:duration=2")
    subprocess.run(
        ["ffmpeg", "-v", "error", *made, "-c:v", "libx264", "-bf", "0", "-g", "10", above], check=True
    )
    return make_house(tmp_path / "house.mp4", seconds=3), above


def mark_in_both(box: CaptureProcess) -> None:
    """A hand marks until there is a moment of each: on a busy machine the show's leave runs out meanwhile."""

    def marked() -> bool:
        box.mark()
        return {clip.reason.endswith(OVERHEAD) for clip in box.client.clips()} == {True, False}

    until(marked)


def uncut_of_both(box: CaptureProcess) -> bool:
    """Whether a moment of each waits for its cut, and is on the card; where there is none, a hand marks."""
    waiting = box.rows.uncut()
    if {moment.reason.endswith(OVERHEAD) for moment in waiting} != {True, False}:
        box.mark()
        return False
    return all(is_on_card(box, moment) for moment in waiting)


def is_on_card(box: CaptureProcess, moment: Moment) -> bool:
    """Whether its run reaches beyond it in the segments."""
    shelf = SegmentShelf(box.paths.segments, 1 << 30, read_segment)
    run = next(run for run in box.rows.runs(EVENT) if run.id == moment.run)
    return shelf.reach_ms(run.id) > (moment.at - run.began_at).total_seconds() * 1000 + 200


def redness(box: CaptureProcess) -> dict[bool, float]:
    """Of the first picture of a clip of each, by whether it is from overhead; both have the room's sound."""

    def seen() -> dict[bool, Path]:
        made = [clip for clip in box.client.clips() if clip.state is ClipState.MADE]
        found = {
            clip.reason.endswith(OVERHEAD): box.paths.clips / f"{clip.id}.landscape.mp4" for clip in made
        }
        return found if len(found) == 2 else {}

    found = {}
    for overhead, path in until(seen, 120).items():
        with av.open(str(path)) as film:
            assert [stream.type for stream in film.streams] == ["video", "audio"]
            picture = next(film.decode(video=0)).to_ndarray(format="rgb24")
        found[overhead] = float(np.mean(picture[..., 0]) - np.mean(picture[..., 2]))
    return found


def test_the_box_films_with_both_and_the_overhead_clip_has_the_rooms_sound(
    paths: Paths, films: tuple[Path, Path]
) -> None:
    with SimulatedLease(paths) as show, CaptureProcess(paths, films[0], overhead=films[1]) as box:
        show.grant()
        box.buffered(2.2)
        box.until_overhead()
        mark_in_both(box)
        red = redness(box)
        assert red[True] > 150 > red[False]
        assert box.terminated() == 0


def test_after_a_kill_the_moments_of_both_are_cut_from_what_is_on_the_card(
    paths: Paths, films: tuple[Path, Path]
) -> None:
    box = CaptureProcess(paths, films[0], segments_gb=1, overhead=films[1], post_roll_s=60)
    with SimulatedLease(paths) as show, box:
        show.grant()
        box.buffered(0.5)
        box.until_overhead()
        until(lambda: uncut_of_both(box), 120)
        box.signal(signal.SIGKILL)
        show.refuse()
        box.again()
        red = redness(box)
        assert red[True] > 150 > red[False]
        assert box.terminated() == 0
