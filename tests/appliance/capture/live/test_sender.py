"""Out by RTMP and SRT to a receiver that is not ours: only what is proven, and again after a cut."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from appliance.capture.camera_loop import read_film
from appliance.capture.live.sender import Sender
from appliance.capture.live.sender_ffmpeg import check_address, open_sender
from appliance.capture.packet import Packet
from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId, ShowId
from appliance.model.capture import Run, RunId
from lab.free_port import free_port
from lab.house import make_house

RUN = Run(
    RunId("01RUN"), EventId("e"), ShowId("s"), ItemId("qa"), "cam", 0, HeldClock().now(), HeldClock().now()
)
KEY = "a-secret-key"


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Packet, ...]:
    return tuple(read_film(make_house(tmp_path_factory.mktemp("out") / "house.mp4", seconds=4)))


def until(condition: Callable[[], bool], timeout_s: float = 40) -> None:
    clock, never = RealClock(), threading.Event()
    end_s = clock.monotonic() + timeout_s
    while not condition():
        assert clock.monotonic() < end_s, "it did not come"
        clock.wait(never, 0.05)


@contextmanager
def receiver(url: str, options: tuple[str, ...], into: Path) -> Iterator[subprocess.Popen[bytes]]:
    """ffmpeg as a stranger would run it."""
    command = ("ffmpeg", "-nostdin", "-v", "error", "-y", *options, "-i", url, "-c", "copy", str(into))
    child = subprocess.Popen(command, stderr=subprocess.PIPE)
    yield child
    child.kill()
    child.communicate()


def send(sender: Sender, packets: tuple[Packet, ...], until_s: float, *, paced: bool = False) -> None:
    """Proven is ``until_s``, at once or as fast as a camera films: SRT drops what comes faster."""
    clock, never = RealClock(), threading.Event()
    for packet in packets:
        sender.push(packet)
    sender.began(RUN, packets[0].pts_us)
    for step in range(1, 11) if paced else (10,):
        sender.proven(packets[0].pts_us + round(until_s * step / 10 * 1e6))
        clock.wait(never, until_s / 10 if paced else 0)


def endless(packets: tuple[Packet, ...]) -> Iterator[Packet]:
    """What comes after the film, for as long as it is asked for."""
    for later_us in count(4_100_000, 4_100_000):
        for packet in packets:
            yield replace(packet, pts_us=packet.pts_us + later_us, dts_us=packet.dts_us + later_us)


def seconds(film: Path) -> float:
    command = ("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries")
    told = subprocess.run(
        (*command, "stream=nb_read_frames", "-of", "csv=p=0", str(film)),
        check=True,
        capture_output=True,
        text=True,
    )
    return int(told.stdout.split(",")[0]) / 30


@pytest.mark.parametrize("scheme", ["rtmp", "srt"])
def test_a_receiver_gets_what_is_proven_and_nothing_more(
    scheme: str, packets: tuple[Packet, ...], tmp_path: Path
) -> None:
    port = free_port(udp=scheme == "srt")
    url = f"rtmp://127.0.0.1:{port}/live/{KEY}" if scheme == "rtmp" else f"srt://127.0.0.1:{port}"
    heard, options = (url, ("-listen", "1")) if scheme == "rtmp" else (f"{url}?mode=listener", ())
    into = tmp_path / "got.mkv"
    with receiver(heard, options, into) as child:
        sender = open_sender(url, lambda _: True, RealClock())
        assert sender is not None
        try:
            for _ in range(8):  # the receiver may still be starting
                send(sender, packets, 3, paced=True)
                sender.ended(0)
                with suppress(subprocess.TimeoutExpired):
                    child.wait(5)
                    break
        finally:
            sender.close()
    assert 1.5 <= seconds(into) <= 3.1


def test_a_line_that_is_cut_is_said_without_the_key_and_tried_again(packets: tuple[Packet, ...]) -> None:
    clock = HeldClock()
    url = f"rtmp://127.0.0.1:{free_port()}/live/{KEY}"
    sender = open_sender(url, lambda _: True, clock)
    assert sender is not None
    try:
        send(sender, packets, 1)
        until(lambda: sender.sending or bool(sender.fault))
        more = endless(packets)

        def lost() -> bool:  # what ffmpeg has not read yet is not missed at once
            packet = next(more)
            sender.push(packet)
            sender.proven(packet.pts_us)
            return bool(sender.fault)

        until(lost)
        assert "127.0.0.1" in sender.fault
        assert KEY not in sender.fault
    finally:
        sender.close()


@pytest.mark.parametrize("url", ["http://x/y", "rtmp://", "file:///etc/passwd", "/dev/video0", "srt:x"])
def test_what_is_no_address_of_a_receiver_is_refused(url: str) -> None:
    with pytest.raises(MatineeError, match="can not be streamed to"):
        check_address(url)


def test_an_evening_that_does_not_ask_for_it_opens_no_line(packets: tuple[Packet, ...]) -> None:
    dialled: list[object] = []

    def dial(first: object) -> object:
        dialled.append(first)
        raise AssertionError

    sender = Sender(dial, lambda _: False, RealClock())  # type: ignore[arg-type]
    send(sender, packets, 3)
    sender.ended(packets[-1].pts_us)
    sender.close()
    assert dialled == []
