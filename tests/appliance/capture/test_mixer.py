"""A mixer with many channels: real ffmpeg through the real ALSA, a tone on each channel."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from msgspec import ValidationError, convert

from appliance.capture.camera import Camera
from appliance.capture.camera_ffmpeg import FfmpegCamera
from appliance.capture.camera_inputs import encoded
from appliance.capture.microphone_choice import choose_microphone
from appliance.capture.mixer import wired
from appliance.capture.sound_level import SoundMeter
from appliance.clock import RealClock
from appliance.config import CaptureTable
from appliance.errors import MatineeError
from lab.alsa_mixer import NAME, make_mixer, tones
from lab.collected import Collected

PICTURES = ("-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30")


@pytest.fixture
def _mixer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(make_mixer(tmp_path, 18, silent=7)))


def heard(source: Camera, sounds: int = 70) -> np.ndarray:
    """Left and right (or one) of what it delivers, after its beginning."""
    seen = Collected()
    source.start(seen)
    try:
        seen.wait(lambda sink: len(sink.sounds()) >= sounds or sink.news != [])
    finally:
        source.stop()
    assert seen.news == []
    decoder = av.CodecContext.create("aac", "r")
    blocks = [
        frame.to_ndarray()
        for packet in seen.sounds()
        for part in decoder.parse(packet.data)
        for frame in decoder.decode(part)
    ]
    return np.concatenate(blocks, axis=1)[:, 8 * 1024 :]


@pytest.mark.usefixtures("_mixer")
def test_the_channels_that_are_named_are_what_is_heard() -> None:
    alone = heard(choose_microphone("", (f"{NAME} 5,6 of 18",), RealClock()))
    assert tones(alone[0]) == [5, 6]
    filmed = FfmpegCamera("tone", [encoded(PICTURES, f"{NAME} 9,2 of 18", hardware=False)], RealClock())
    left, right = heard(filmed)
    assert (tones(left), tones(right)) == ([9], [2])


@pytest.mark.usefixtures("_mixer")
def test_one_channel_is_heard_on_both_sides_and_three_are_mixed() -> None:
    one = FfmpegCamera("tone", [encoded(PICTURES, f"{NAME} 18 of 18", hardware=False)], RealClock())
    assert [tones(side) for side in heard(one)] == [[18], [18]]
    assert tones(heard(choose_microphone("", (f"{NAME} 1,2,3 of 18",), RealClock()))[0]) == [1, 2, 3]


@pytest.mark.usefixtures("_mixer")
def test_the_rehearsal_measures_the_channels_that_are_heard() -> None:
    loud = SoundMeter("", (f"{NAME} 4 of 18",), lambda: False).measure()
    assert loud.loudest_db == pytest.approx(-12, abs=1)
    dead = SoundMeter("", (f"{NAME} 7 of 18",), lambda: False).measure()
    assert dead.loudest_db is not None
    assert dead.loudest_db < -60, "the others are loud, and are not what is heard"
    away = SoundMeter("", (f"{NAME} 4 of 18", "hw:nowhere"), lambda: True).measure()
    assert away.fault == "The microphone is in use now."


@pytest.mark.parametrize("sound", ["hw:1 19 of 18", "hw:1 0 of 4", "hw:1 1,5 of 4"])
def test_a_channel_that_it_does_not_have_is_named(sound: str) -> None:
    with pytest.raises(MatineeError, match="there is no channel") as refused:
        choose_microphone("", (sound,), RealClock())
    assert refused.value.key == "capture.no_channel"


@pytest.mark.parametrize(
    "sound", ["hw:1 5", "hw:1 5 of", "hw:1 of 5", "hw:1 5,6, of 18", "hw:1;rm 1 of 2", " 1 of 2"]
)
def test_what_is_no_choice_of_channels_is_refused_as_a_setting(sound: str) -> None:
    with pytest.raises(ValidationError):
        convert({"sound": sound}, CaptureTable)


def test_a_device_alone_is_what_it_was() -> None:
    assert (wired("hw:1").asked, wired("hw:1").mix) == ((), "")
    assert convert({"sound": "plughw:CARD=Mixer,DEV=0 7,8 of 10"}, CaptureTable).sound.endswith("of 10")
