"""Which camera the settings mean."""

from __future__ import annotations

from pathlib import Path

from appliance.capture.camera import Camera
from appliance.capture.camera_loop import LoopCamera
from appliance.capture.camera_none import NoCamera
from appliance.capture.camera_picamera import PicameraCamera, board_model
from appliance.clock import Clock


def choose_camera(source: str, clock: Clock) -> Camera:
    """Return the camera of ``[capture] source``: nothing, ``picamera2``, or the path of a clip.

    Raises ``capture.no_picamera2`` or ``capture.no_source``.
    """
    if not source:
        return NoCamera()
    if source == "picamera2":
        return PicameraCamera(clock, board_model())
    return LoopCamera(Path(source), clock)
