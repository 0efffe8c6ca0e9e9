"""Which camera the settings mean."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from appliance.capture import camera_inputs
from appliance.capture.camera import Camera
from appliance.capture.camera_ffmpeg import FfmpegCamera
from appliance.capture.camera_loop import LoopCamera
from appliance.capture.camera_none import NoCamera
from appliance.capture.camera_picamera import PicameraCamera, board_model, has_hardware_encoder
from appliance.clock import Clock


def choose_camera(source: str, clock: Clock, microphones: tuple[str, ...] = ()) -> Camera:
    """Return the camera that ``source`` means: none, ``picamera2``, a device, an address, or a clip's path.

    ``picamera2:1`` is the board's second one.

    ``microphones``: ALSA devices beside a device, the best first. Raises ``capture.no_picamera2``
    or ``capture.no_source``.
    """
    if not source:
        return NoCamera()
    if source.partition(":")[0] == "picamera2":
        return PicameraCamera(clock, board_model(), int(source.partition(":")[2] == "1"))
    if source.startswith("/dev/"):
        forms = camera_inputs.of_device(source, microphones, hardware=has_hardware_encoder(board_model()))
        return FfmpegCamera(f"USB camera {source}", forms, clock)
    if camera_inputs.is_address(source):
        host = urlsplit(source).hostname or "somewhere"
        return FfmpegCamera(f"camera at {host}", camera_inputs.of_address(source), clock)
    return LoopCamera(Path(source), clock)
