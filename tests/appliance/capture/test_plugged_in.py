"""Cameras and microphones as the kernel names them, from a tree like a box's."""

from __future__ import annotations

from pathlib import Path

from appliance.capture.plugged_in import PluggedIn
from appliance.config import CaptureTable
from appliance.model.equipment import Found

CARDS = """\
 0 [b1             ]: bcm2835_hdmi - bcm2835 HDMI 1
                      bcm2835 HDMI 1
 1 [X18            ]: USB-Audio - X18 Mixer
                      Behringer X18 Mixer at usb-0000:01:00.0-1.2, high speed
"""
PCM = """\
00-00: bcm2835 HDMI 1 : bcm2835 HDMI 1 : playback 8
01-00: USB Audio : USB Audio : playback 1 : capture 1
"""


def box(root: Path) -> Path:
    nodes = {
        "video0": ("usb1/1-1/1-1.3/video4linux", "HD Webcam C920", "0"),
        "video1": ("usb1/1-1/1-1.3/video4linux", "HD Webcam C920", "1"),
        "video10": ("platform/bcm2835-codec/video4linux", "bcm2835-codec-decode", "0"),
    }
    listed = root / "sys/class/video4linux"
    listed.mkdir(parents=True)
    (root / "dev/v4l/by-id").mkdir(parents=True)
    for name, (place, words, index) in nodes.items():
        node = root / "sys/devices" / place / name
        node.mkdir(parents=True)
        (node / "name").write_text(f"{words}\n")
        (node / "index").write_text(f"{index}\n")
        (listed / name).symlink_to(node)
        (root / "dev" / name).touch()
    (root / "dev/v4l/by-id/usb-046d_C920-video-index0").symlink_to(root / "dev/video0")
    (root / "proc/asound").mkdir(parents=True)
    (root / "proc/asound/cards").write_text(CARDS)
    (root / "proc/asound/pcm").write_text(PCM)
    return root


def test_what_films_and_what_hears_is_found_and_codecs_and_loudspeakers_are_not(tmp_path: Path) -> None:
    view = PluggedIn(box(tmp_path)).view(CaptureTable())
    assert view.cameras == (Found("/dev/v4l/by-id/usb-046d_C920-video-index0", "HD Webcam C920"),)
    assert view.microphones == (Found("hw:CARD=X18", "X18 Mixer"),)


def test_what_is_pulled_out_is_not_there_any_more(tmp_path: Path) -> None:
    plugged = PluggedIn(box(tmp_path))
    settings = CaptureTable(
        source="/dev/v4l/by-id/usb-046d_C920-video-index0", overhead="rtsp://10.0.0.9/live",
        sound="hw:CARD=X18 5,6 of 18", sound_backup="hw:1,0",
    )  # fmt: skip
    view = plugged.view(settings)
    assert [one.there for one in (view.source, view.overhead, view.sound, view.sound_backup)] == [
        True, None, True, True,
    ]  # fmt: skip
    (tmp_path / "sys/class/video4linux/video0").unlink()
    (tmp_path / "dev/v4l/by-id/usb-046d_C920-video-index0").unlink()
    (tmp_path / "proc/asound/cards").write_text("--- no soundcards ---\n")
    view = plugged.view(settings)
    assert (view.cameras, view.microphones) == ((), ())
    assert [one.there for one in (view.source, view.overhead, view.sound, view.sound_backup)] == [
        False, None, False, False,
    ]  # fmt: skip


def test_a_computer_without_any_has_empty_lists(tmp_path: Path) -> None:
    view = PluggedIn(tmp_path).view(CaptureTable(sound="default"))
    assert (view.cameras, view.microphones, view.source.there, view.sound.there) == ((), (), None, None)
