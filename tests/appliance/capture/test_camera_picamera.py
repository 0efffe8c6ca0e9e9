"""As much of the Pi's camera as can be shown without one."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from appliance.capture import camera_picamera
from appliance.capture.annex_b import parameter_sets, units
from appliance.capture.camera_choice import choose_camera
from appliance.capture.camera_none import NoCamera
from appliance.capture.packet import Packet
from appliance.capture.packet_feed import PacketFeed
from appliance.clock import HeldClock
from appliance.errors import MatineeError

SETS = b"\0\0\0\1\x67sps\0\0\0\1\x68pps"
KEY = b"\0\0\0\1\x65key"


class Sink:
    def __init__(self) -> None:
        self.packets: list[Packet] = []

    def packet(self, packet: Packet) -> None:
        self.packets.append(packet)

    def lost(self, reason: str) -> None:
        raise AssertionError(reason)

    def returned(self) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("model", "hardware"),
    [
        ("Raspberry Pi 4 Model B Rev 1.5", True),
        ("Raspberry Pi Zero 2 W Rev 1.0", True),
        ("Raspberry Pi 3 Model B Plus Rev 1.3", True),
        ("Raspberry Pi 5 Model B Rev 1.0", False),
        ("Raspberry Pi Compute Module 5 Rev 1.0", False),
        ("", False),
    ],
)
def test_the_encoder_is_chosen_by_board(model: str, hardware: bool) -> None:
    assert camera_picamera.has_hardware_encoder(model) is hardware


def test_without_picamera2_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_picamera, "find_spec", lambda _: None)
    with pytest.raises(MatineeError, match="apt install python3-picamera2") as refused:
        choose_camera("picamera2", HeldClock())
    assert refused.value.key == "capture.no_picamera2"


def test_without_a_source_there_is_no_camera() -> None:
    assert isinstance(choose_camera("", HeldClock()), NoCamera)


def test_the_first_frame_ties_the_encoders_time_to_ours(clock: HeldClock) -> None:
    sink = Sink()
    feed = PacketFeed(sink, clock)
    feed.frame(SETS + KEY, 0, key=True)
    clock.advance(5)  # a frame that took its time keeps the time it was taken at
    feed.frame(b"\0\0\0\1\x41p", 33_333, key=False)
    assert [packet.pts_us for packet in sink.packets] == [1_000_000_000, 1_000_033_333]


def test_an_encoder_that_counts_anew_does_not_take_us_back(clock: HeldClock) -> None:
    sink = Sink()
    feed = PacketFeed(sink, clock)
    feed.frame(SETS + KEY, 5_000_000, key=True)
    clock.advance(1)
    feed.frame(SETS + KEY, 0, key=True)
    assert [packet.pts_us for packet in sink.packets] == [1_000_000_000, 1_001_000_000]


def test_no_picture_counts_as_taken_after_it_came(clock: HeldClock) -> None:
    sink = Sink()
    feed = PacketFeed(sink, clock)
    feed.frame(SETS + KEY, 0, key=True)  # the encoder woke up for 1.2 s; what waited for it comes at once
    for number in range(1, 37):
        clock.advance(0.001)
        feed.frame(b"\0\0\0\1\x41p", number * 33_333, key=False)
        assert sink.packets[-1].pts_us <= round(clock.monotonic() * 1_000_000)
    clock.advance(0.033333)
    feed.frame(b"\0\0\0\1\x41p", 37 * 33_333, key=False)
    times = [packet.pts_us for packet in sink.packets]
    assert times == sorted(set(times)), "each is later than the one before"
    assert times[-1] == pytest.approx(1_000_069_333, abs=10)


def test_every_key_frame_carries_its_parameter_sets(clock: HeldClock) -> None:
    sink = Sink()
    feed = PacketFeed(sink, clock)
    feed.frame(SETS + KEY, 0, key=True)
    feed.frame(KEY, 1000, key=True)
    assert parameter_sets(sink.packets[1].data) == SETS
    assert units(sink.packets[1].data)[-1] == b"\x65key"


def test_the_output_class_hands_pictures_on_only_while_recording(
    monkeypatch: pytest.MonkeyPatch, clock: HeldClock
) -> None:
    class Output:
        """The part of picamera2.outputs.Output that RingOutput leans on."""

        recording = False

        def start(self) -> None:
            self.recording = True

        def stop(self) -> None:
            self.recording = False

    outputs = ModuleType("picamera2.outputs")
    outputs.Output = Output  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", ModuleType("picamera2"))
    monkeypatch.setitem(sys.modules, "picamera2.outputs", outputs)
    sink = Sink()
    output = camera_picamera._output(PacketFeed(sink, clock))  # noqa: SLF001
    output.outputframe(SETS + KEY, True, 0)
    output.start()
    output.outputframe(memoryview(SETS + KEY), True, 0)
    output.outputframe(b"sound", True, 0, audio=True)
    output.stop()
    output.outputframe(SETS + KEY, True, 1)
    assert [packet.data for packet in sink.packets] == [SETS + KEY]
