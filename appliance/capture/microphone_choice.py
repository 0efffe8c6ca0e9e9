"""Which microphone hears the room during a film. Pictures are never opened for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from appliance.capture.camera import Camera
from appliance.capture.camera_inputs import is_address
from appliance.capture.camera_none import NoCamera
from appliance.capture.microphone_ffmpeg import FfmpegMicrophone
from appliance.clock import Clock

_QUICK = ("-fflags", "nobuffer", "-probesize", "200000")


def choose_microphone(source: str, sound: str, clock: Clock) -> Camera:
    """Return the microphone of ``[capture] sound``, else the sound of ``source``, else nobody."""
    if sound:
        arguments = ("-f", "alsa", "-thread_queue_size", "512", "-i", sound)
        return FfmpegMicrophone(f"microphone {sound}", arguments, clock)
    if is_address(source):
        rtsp = ("-rtsp_flags", "prefer_tcp", "-allowed_media_types", "audio")
        only = rtsp if urlsplit(source).scheme.lower().startswith("rtsp") else ()
        host = urlsplit(source).hostname or "somewhere"
        return FfmpegMicrophone(f"sound of {host}", (*_QUICK, *only, "-i", source), clock)
    if not source or source == "picamera2" or source.startswith("/dev/"):
        return NoCamera()
    return FfmpegMicrophone("sound of a clip", ("-re", "-stream_loop", "-1", "-i", source), clock)
