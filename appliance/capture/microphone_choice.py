"""Which microphone hears the room during a film. Pictures are never opened for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from appliance.capture.camera import Camera
from appliance.capture.camera_inputs import Form, is_address, of_microphone
from appliance.capture.camera_none import NoCamera
from appliance.capture.microphone_ffmpeg import FfmpegMicrophone
from appliance.clock import Clock

_QUICK = ("-fflags", "nobuffer", "-probesize", "200000")


def choose_microphone(source: str, microphones: tuple[str, ...], clock: Clock) -> Camera:
    """Return the microphones that the settings name, else the sound of ``source``, else nobody."""
    if microphones:
        return FfmpegMicrophone("microphone", [of_microphone(sound) for sound in microphones], clock)
    if is_address(source):
        rtsp = ("-rtsp_flags", "prefer_tcp", "-allowed_media_types", "audio")
        only = rtsp if urlsplit(source).scheme.lower().startswith("rtsp") else ()
        host = urlsplit(source).hostname or "somewhere"
        return FfmpegMicrophone(f"sound of {host}", [Form((*_QUICK, *only, "-i", source))], clock)
    if not source or source == "picamera2" or source.startswith("/dev/"):
        return NoCamera()
    return FfmpegMicrophone("sound of a clip", [Form(("-re", "-stream_loop", "-1", "-i", source))], clock)
