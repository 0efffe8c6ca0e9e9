"""Every camera keeps the same promises: a clip in a loop, an encoder's callback, ffmpeg, the simulation."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.capture.camera import Camera, Sink
from appliance.capture.camera_ffmpeg import FfmpegCamera
from appliance.capture.camera_inputs import encoded
from appliance.capture.camera_loop import LoopCamera, read_film
from appliance.capture.camera_picamera import PicameraCamera, board_model
from appliance.capture.cut_av import AvCutter
from appliance.capture.cutting import Cutting
from appliance.capture.equipment import Equipment, FilmingSettings
from appliance.capture.filming import Filming
from appliance.capture.packet import Packet, Stream
from appliance.capture.packet_feed import PacketFeed
from appliance.capture.ring import Ring
from appliance.clock import Clock, RealClock
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.model.capture import CaptureStatus
from appliance.model.show_view import Lease
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Outbox
from lab.collected import Collected
from lab.house import make_house
from lab.simulated_camera import SimulatedCamera
from lab.virtual_camera import fit_picamera2, has_picamera2


class Driven:
    """Something that has to be pushed, pushed by a thread: the simulation, or an encoder's callback."""

    def __init__(self, name: str, push: Callable[[Sink], Callable[[], None]]) -> None:
        self.name = name
        self._push = push
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, sink: Sink) -> None:
        self.stop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._push(sink), self._stopping))
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, push: Callable[[], None], stopping: threading.Event) -> None:
        while not stopping.wait(0.02):
            push()


def encoder_camera(house: Path, clock: Clock) -> Camera:
    """Frames as picamera2's encoders hand them over, microseconds counted from the first."""

    def begin(sink: Sink) -> Callable[[], None]:
        feed = PacketFeed(sink, clock)
        frames = [packet for packet in read_film(house) if packet.stream is Stream.VIDEO]
        count = iter(range(10**6))

        def push() -> None:
            number = next(count)
            frame = frames[number % len(frames)]
            feed.frame(frame.data, number * 20_000, key=frame.key)

        return push

    return Driven("encoder", begin)


def simulated_camera(clock: Clock) -> Camera:
    def begin(sink: Sink) -> Callable[[], None]:
        camera = SimulatedCamera(clock)
        camera.start(sink)
        return camera.shoot

    return Driven("simulated", begin)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("house") / "house.mp4", seconds=1)


@pytest.fixture(scope="session")
def reordered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("house") / "reordered.mp4", seconds=1, reordered=True)


def ffmpeg_camera(clock: Clock) -> Camera:
    """What a USB camera goes through, with a test picture in the place of its driver."""
    pictures = ("-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30")
    return FfmpegCamera("ffmpeg", [encoded(pictures, "", hardware=False)], clock)


def picamera() -> Camera:
    """The real picamera2 over libcamera's virtual pipeline: only in the tier that picamera.py makes."""
    fit_picamera2()
    return PicameraCamera(RealClock(), board_model())


KINDS = ["loop", "loop with b-frames", "encoder", "simulated", "ffmpeg"]


@pytest.fixture(params=[*KINDS, *(["picamera2"] if has_picamera2() else [])])
def camera(request: pytest.FixtureRequest, house: Path, reordered: Path) -> Camera:
    clock = RealClock()
    match request.param:
        case "loop":
            return LoopCamera(house, clock)
        case "loop with b-frames":
            return LoopCamera(reordered, clock)
        case "encoder":
            return encoder_camera(house, clock)
        case "ffmpeg":
            return ffmpeg_camera(clock)
        case "picamera2":
            return picamera()
    return simulated_camera(clock)


def film(camera: Camera, pictures: int) -> Collected:
    seen = Collected()
    camera.start(seen)
    try:
        seen.wait(lambda sink: len(sink.pictures()) >= pictures)
    finally:
        camera.stop()
    return seen


def test_it_begins_with_a_key_frame_each_time_it_is_started(camera: Camera) -> None:
    for _ in range(2):
        first = film(camera, 3).packets[0]
        assert first.stream is Stream.VIDEO
        assert first.key


def test_its_times_are_those_of_the_boxs_clock(camera: Camera) -> None:
    began_s = RealClock().monotonic()
    seen = film(camera, 20)
    ended_s = RealClock().monotonic()
    times_s = [packet.pts_us / 1e6 for packet in seen.pictures()]
    assert began_s - 0.1 <= min(times_s)
    assert max(times_s) <= ended_s + 0.2


def test_it_delivers_in_decoding_order(camera: Camera) -> None:
    seen = film(camera, 45)  # more than once round the loop
    for stream in Stream:
        times = [packet.dts_us for packet in seen.packets if packet.stream is stream]
        assert times == sorted(times)


def test_after_stop_nothing_comes_any_more(camera: Camera) -> None:
    seen = film(camera, 3)
    count = len(seen.packets)
    assert not threading.Event().wait(0.15)
    assert len(seen.packets) == count


def test_stop_without_start_does_nothing(camera: Camera) -> None:
    camera.stop()


def test_what_it_delivers_can_be_cut_into_a_film(camera: Camera, tmp_path: Path) -> None:
    if camera.name == "simulated":
        pytest.skip("its pictures are none")
    seen = film(camera, 45)
    ring = Ring(60_000_000)
    for packet in seen.packets:
        ring.push(packet)
    first_us = seen.packets[0].pts_us
    kept = ring.snapshot(first_us + 300_000, first_us + 900_000)
    AvCutter().mux(kept, tmp_path / "cut.mp4")
    written = AvCutter().look(tmp_path / "cut.mp4")
    assert written.starts_with_key
    pi = isinstance(camera, PicameraCamera)
    assert (written.width, written.height) == ((1280, 720) if pi else (640, 360))


class Broken:
    """A camera of any kind with two levers: it falls silent, or it can not be opened."""

    def __init__(self, camera: Camera) -> None:
        self.name = camera.name
        self.started = 0
        self.opens = True
        self.silent = False
        self._camera = camera

    def start(self, sink: Sink) -> None:
        self.started += 1
        if self.opens:
            self._camera.start(Muted(sink, self))
        else:
            sink.lost("The camera can not be opened.")

    def stop(self) -> None:
        self._camera.stop()


class Muted:
    """A sink before the sink: nothing gets through while the camera is silent."""

    def __init__(self, sink: Sink, lever: Broken) -> None:
        self._sink = sink
        self._lever = lever
        self.lost, self.returned = sink.lost, sink.returned

    def packet(self, packet: Packet) -> None:
        if not self._lever.silent:
            self._sink.packet(packet)


class Hall:
    """The capture under a lease that never ends, with real time and without its process."""

    def __init__(self, paths: Paths, camera: Camera) -> None:
        self.clock = RealClock()
        self._inbox: queue.Queue[Callable[[], None]] = queue.Queue()
        rows = CaptureRows.owner(paths, Outbox(BoxId("box"), self.clock))
        cutting = Cutting(rows, paths.clips, AvCutter(), self.clock, self._inbox.put)
        settings = FilmingSettings(BoxId("box"), pre_roll_ms=1000, post_roll_ms=1000)
        self.filming = Filming(rows, Equipment(camera), cutting, self.clock, settings, self._inbox.put)

    def until(self, is_so: Callable[[CaptureStatus], bool], timeout_s: float = 30) -> CaptureStatus:
        """Do what the owner thread does until the status is as wanted."""
        deadline = self.clock.monotonic() + timeout_s
        while not is_so(status := self.filming.status()):
            now_s = self.clock.monotonic()
            assert now_s < deadline, status
            lease = Lease(granted=True, item="qa", event="friday", show="show", seconds=1.0)
            self.filming.heard(lease, now_s, now_s)
            with suppress(queue.Empty):
                self._inbox.get(timeout=0.05)()
        return status


@pytest.fixture
def broken(camera: Camera) -> Broken:
    return Broken(camera)


@pytest.fixture
def hall(paths: Paths, broken: Broken) -> Iterator[Hall]:
    hall = Hall(paths, broken)
    yield hall
    hall.filming.close()


def test_a_camera_that_falls_silent_is_lost_and_said_and_started_again(hall: Hall, broken: Broken) -> None:
    hall.until(lambda status: status.recording)
    broken.silent = True
    status = hall.until(lambda status: not status.recording)
    assert "no picture" in status.faults[0]
    assert broken.started == 2
    broken.silent = False
    assert hall.until(lambda status: status.recording).faults == ()


def test_a_camera_that_could_not_be_opened_is_tried_again(hall: Hall, broken: Broken) -> None:
    broken.opens = False
    status = hall.until(lambda status: status.faults != ())
    assert not status.recording
    assert status.faults == ("The camera can not be opened.",)
    broken.opens = True
    assert hall.until(lambda status: status.recording).faults == ()
    assert broken.started == 2


def test_a_loop_runs_on_without_a_seam(house: Path) -> None:
    pictures = film(LoopCamera(house, RealClock()), 65).pictures()
    gaps_us = [later.pts_us - sooner.pts_us for sooner, later in pairwise(pictures)]
    assert all(33_000 <= gap <= 34_000 for gap in gaps_us)


def test_a_loop_keeps_its_own_pace(house: Path) -> None:
    began_s = RealClock().monotonic()
    film(LoopCamera(house, RealClock()), 46)
    assert 1.45 <= RealClock().monotonic() - began_s <= 5


def test_a_loop_whose_file_vanishes_is_lost_and_returns(house: Path, tmp_path: Path) -> None:
    away, clip = tmp_path / "away.mp4", tmp_path / "clip.mp4"
    clip.write_bytes(house.read_bytes())
    camera, seen = LoopCamera(clip, RealClock()), Collected()
    clip.rename(away)
    camera.start(seen)
    seen.wait(lambda sink: sink.news != [])
    away.rename(clip)
    seen.wait(lambda sink: len(sink.packets) > 10)
    camera.stop()
    assert seen.news[0].startswith(f"lost: The camera clip {clip} can not be read")
    assert seen.news[1:] == ["returned"]


@pytest.mark.parametrize("content", [None, b"", b"no film at all" * 100])
def test_what_is_no_film_is_refused_in_one_sentence(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MatineeError, match="can not be read") as refused:
        LoopCamera(path, RealClock())
    assert refused.value.key == "capture.no_source"
