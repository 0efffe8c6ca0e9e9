from __future__ import annotations

import itertools
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.capture.camera_loop import read_film
from appliance.capture.decoding_av import PacketDecoder, sound_of
from appliance.capture.packet import Packet, Stream


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    """Two seconds of a test card, 640 wide, with a tone of 1000 Hz."""
    film = tmp_path_factory.mktemp("film") / "card.mp4"
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=640x360:r=10:d=2",
            "-f",
            "lavfi",
            "-i",
            "sine=1000:r=48000:d=2",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "10",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            str(film),
        ],
        check=True,
    )
    return list(read_film(film, 5_000_000))


def test_packets_become_mono_sound_of_16_khz_on_their_clock(packets: list[Packet]) -> None:
    decoder = PacketDecoder()
    heard = [block for packet in packets if packet.stream is Stream.AUDIO for block in decoder.sound(packet)]
    samples = np.concatenate([block.samples for block in heard])
    assert len(samples) == pytest.approx(2 * 16_000, rel=0.05)
    assert heard[0].from_s == pytest.approx(5.0, abs=0.05)
    spectrum = np.abs(np.fft.rfft(samples[8000:24000]))
    assert int(spectrum.argmax()) == 1000


def test_a_key_frame_becomes_a_small_picture(packets: list[Packet]) -> None:
    key = next(packet for packet in packets if packet.key and packet.stream is Stream.VIDEO)
    picture = PacketDecoder().picture(key)
    assert picture is not None
    assert picture.shape == (270, 480, 3)
    assert picture.std() > 20


def test_broken_packets_are_left_out_and_what_follows_is_heard(packets: list[Packet]) -> None:
    decoder = PacketDecoder()
    heard = [packet for packet in packets if packet.stream is Stream.AUDIO]
    decoder.sound(replace(heard[0], data=heard[0].data[:9] + bytes(40)))
    after = list(itertools.chain.from_iterable(map(decoder.sound, heard[1:])))
    assert sum(len(block.samples) for block in after) > 16_000
    shown = next(packet for packet in packets if packet.key and packet.stream is Stream.VIDEO)
    assert PacketDecoder().picture(replace(shown, data=shown.data[:20])) is None


def test_a_file_is_heard_from_its_beginning(tmp_path: Path) -> None:
    sound = tmp_path / "tone.wav"
    tone = ["-f", "lavfi", "-i", "sine=440:r=22050:d=1"]
    subprocess.run(["ffmpeg", "-v", "error", *tone, str(sound)], check=True)
    blocks = list(sound_of(sound))
    assert blocks[0].from_s == 0
    assert sum(len(block.samples) for block in blocks) == pytest.approx(16_000, rel=0.02)
