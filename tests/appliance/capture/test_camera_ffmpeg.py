"""Cameras on cables and networks: real ffmpeg, a real RTSP server, and what one reads when none is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.capture import camera_inputs
from appliance.capture.annex_b import parameter_sets
from appliance.capture.camera import Camera
from appliance.capture.camera_choice import choose_camera
from appliance.capture.camera_ffmpeg import FfmpegCamera
from appliance.capture.camera_inputs import Form, encoded
from appliance.clock import RealClock
from lab import guests
from lab.collected import Collected

TONE = ("-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30[out0];sine=frequency=440[out1]")


def filmed(camera: Camera, pictures: int = 30) -> Collected:
    seen = Collected()
    camera.start(seen)
    try:
        seen.wait(lambda seen: len(seen.pictures()) >= pictures or seen.news != [])
    finally:
        camera.stop()
    return seen


def test_a_camera_of_the_network_is_copied_and_begins_with_a_key_frame(tmp_path: Path) -> None:
    with guests.rtsp(tmp_path) as address:
        camera = choose_camera(address, RealClock())
        tries = (filmed(camera) for _ in range(40))  # its server takes its time to open
        seen = next(seen for seen in tries if seen.packets)
    assert camera.name == "camera at 127.0.0.1"
    assert seen.packets[0].key
    assert parameter_sets(seen.packets[0].data)


def test_its_sound_comes_with_it_and_in_time() -> None:
    seen = filmed(FfmpegCamera("tone", [encoded(TONE, "", hardware=False)], RealClock()), pictures=60)
    heard, pictures = seen.sounds(), seen.pictures()
    assert all(packet.data[:2] == b"\xff\xf1" for packet in heard)  # each with its ADTS header
    assert abs(heard[-1].pts_us - pictures[-1].pts_us) < 500_000
    assert len(heard) > 50


def test_the_form_that_gives_pictures_is_kept() -> None:
    bad = Form(("-f", "v4l2", "-i", "/dev/video-nowhere", "-map", "0:v:0"))
    camera = FfmpegCamera("tone", [bad, encoded(TONE, "", hardware=False)], RealClock())
    assert filmed(camera).news == []
    began_s = RealClock().monotonic()
    assert filmed(camera, pictures=1).news == []
    assert RealClock().monotonic() - began_s < 10


@pytest.mark.parametrize(
    ("source", "fault"),
    [("/dev/video-nowhere", "No such file"), ("tcp://127.0.0.1:1", "refused"), ("/dev/null", "/dev/null")],
)
def test_what_is_not_there_is_lost_with_the_reason(source: str, fault: str) -> None:
    (reason,) = filmed(choose_camera(source, RealClock())).news
    assert reason.startswith("lost: The camera stopped: ")
    assert fault in reason


def test_a_reader_that_dies_is_a_camera_lost_and_it_starts_again() -> None:
    camera, seen = FfmpegCamera("tone", [encoded(TONE, "", hardware=False)], RealClock()), Collected()
    camera.start(seen)
    seen.wait(lambda seen: seen.packets != [])
    child = camera._child._child  # noqa: SLF001 the lever
    assert child is not None
    child.kill()
    seen.wait(lambda seen: seen.news != [])
    assert filmed(camera).news == []
    camera.stop()


def test_one_that_complains_without_end_films_on() -> None:
    loud = Form(("-v", "trace", *encoded(TONE, "", hardware=False).arguments))
    assert filmed(FfmpegCamera("tone", [loud], RealClock()), pictures=90).news == []


@pytest.mark.parametrize(("hardware", "encoder"), [(True, "h264_v4l2m2m"), (False, "libx264")])
def test_the_board_encodes_where_it_can(hardware: bool, encoder: str) -> None:
    forms = camera_inputs.of_device("/dev/video0", ("hw:1", "hw:2"), hardware=hardware)
    assert [form.heard for form in forms] == ["hw:1"] * 3 + ["hw:2"] * 3 + [""] * 3
    for form in forms:
        assert encoder in form.arguments
        assert ("alsa" in form.arguments) == bool(form.heard)
        if form.heard:
            assert form.arguments.index(form.heard) > form.arguments.index("alsa")


def test_a_microphone_that_falls_silent_is_replaced_by_the_other() -> None:
    """Its cable is pulled: ffmpeg films on without it."""
    pictures = ("-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30")
    sounds = {"first": "sine=frequency=440:duration=1", "second": "sine=frequency=880"}
    forms = [
        replace(encoded((*pictures, "-re", "-f", "lavfi", "-i", tone), "", hardware=False), heard=name)
        for name, tone in sounds.items()
    ]
    heard = [replace(form, arguments=(*form.arguments, "-map", "1:a:0")) for form in forms]
    camera = FfmpegCamera("tone", heard, RealClock())
    (lost,) = filmed(camera, pictures=400).news
    assert "the microphone first gives no sound any more" in lost
    seen = filmed(camera, pictures=150)
    assert seen.news == []
    assert camera.name == "tone, microphone second"
    assert seen.sounds()[-1].pts_us > seen.pictures()[-1].pts_us - 1_000_000


def test_without_any_microphone_it_films_on_and_says_so() -> None:
    away = replace(encoded((*TONE, "-f", "alsa", "-i", "hw:nowhere"), "", hardware=False), heard="hw:nowhere")
    camera = FfmpegCamera("tone", [away, encoded(TONE, "", hardware=False)], RealClock())
    assert filmed(camera).news == []
    assert camera.name == "tone, no microphone"
