"""The room's sound alone: real ffmpeg, tones for microphones."""

from __future__ import annotations

from appliance.capture.camera_inputs import Form
from appliance.capture.microphone_choice import choose_microphone
from appliance.capture.microphone_ffmpeg import FfmpegMicrophone
from appliance.clock import RealClock
from lab.collected import Collected

TONE = ("-re", "-f", "lavfi", "-i", "sine=frequency=440")


def test_the_backup_is_heard_after_the_first_one_was_pulled_out() -> None:
    pulled = Form((*TONE, "-t", "0.5"), "hw:1")
    microphone = FfmpegMicrophone("microphone", [pulled, Form(TONE, "hw:2")], RealClock())
    first = Collected()
    microphone.start(first)
    first.wait(lambda seen: seen.news != [])
    assert microphone.name == "microphone hw:1"
    second = Collected()
    microphone.start(second)
    try:
        second.wait(lambda seen: len(seen.sounds()) > 50 or seen.news != [])
    finally:
        microphone.stop()
    assert second.news == []
    assert microphone.name == "microphone hw:2"


def test_the_settings_name_them_in_their_order() -> None:
    assert choose_microphone("", ("hw:1", "hw:2"), RealClock()).name == "microphone"
    assert choose_microphone("/dev/video0", (), RealClock()).name == "", (
        "a camera is never opened for its sound"
    )
