"""Cameras and microphones that the kernel names: read from sysfs and procfs, nothing is opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from appliance.capture.camera_inputs import is_address
from appliance.capture.camera_picamera import board_model
from appliance.capture.mixer import wired
from appliance.config import CaptureTable
from appliance.model.equipment import EquipmentView, Found, Used

_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]: .* - (.*)$", re.MULTILINE)
"""A line of ``/proc/asound/cards``: number, id, driver and name."""
_HEARS = re.compile(r"^(\d+)-\d+:.*: capture \d+", re.MULTILINE)
"""A line of ``/proc/asound/pcm`` of something that records."""


class PluggedIn:
    """What is there as of each asking: whatever is pulled out is gone from the list."""

    def __init__(self, root: Path = Path("/")) -> None:
        """``root``: of ``sys``, ``proc`` and ``dev``."""
        self._root = root

    def view(self, settings: CaptureTable) -> EquipmentView:
        """All of it, and how what ``settings`` name is."""
        cameras, microphones = tuple(self._cameras()), tuple(self._microphones())
        return EquipmentView(
            cameras,
            microphones,
            self._camera(settings.source, cameras),
            self._camera(settings.overhead, cameras),
            self._microphone(settings.sound),
            self._microphone(settings.sound_backup),
        )

    def _cameras(self) -> Iterator[Found]:
        if find_spec("picamera2") is not None and board_model().startswith("Raspberry Pi"):
            yield Found("picamera2", "Raspberry Pi camera")
        names = {path.resolve().name: path for path in self._below("dev/v4l/by-id")}
        for node in self._below("sys/class/video4linux"):
            # A Pi's own codecs are nodes too; a USB camera has a second one, for data beside its pictures.
            if "usb" in str(node.resolve()) and _said(node / "index") in {"", "0"}:
                device = names.get(node.name, self._root / "dev" / node.name)
                yield Found(f"/{device.relative_to(self._root)}", _said(node / "name") or node.name)

    def _microphones(self) -> Iterator[Found]:
        hearing = set(map(int, _HEARS.findall(_said(self._root / "proc/asound/pcm"))))
        for number, name, words in _CARD.findall(_said(self._root / "proc/asound/cards")):
            if int(number) in hearing:
                yield Found(f"hw:CARD={name}", words.strip() or name)

    def _camera(self, source: str, cameras: tuple[Found, ...]) -> Used:
        if not source or is_address(source):
            return Used(source)
        if source.startswith("picamera2"):
            return Used(source, "picamera2" in {one.source for one in cameras})
        return Used(source, (self._root / source.lstrip("/")).exists())

    def _microphone(self, sound: str) -> Used:
        if not sound:
            return Used("")
        cards = _CARD.findall(_said(self._root / "proc/asound/cards"))
        found = re.fullmatch(r"(?:plug)?hw:(?:CARD=)?([^,]+)(?:,.*)?", wired(sound).device)
        if found is None:
            return Used(sound)  # a name of the sound system's own settings
        return Used(sound, any(found[1] in {number, name} for number, name, _ in cards))

    def _below(self, folder: str) -> list[Path]:
        place = self._root / folder
        return sorted(place.iterdir()) if place.is_dir() else []


def _said(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").rstrip()
    except OSError:
        return ""
