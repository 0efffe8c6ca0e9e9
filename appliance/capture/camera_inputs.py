"""How ffmpeg is asked for a camera, and for microphones: pure. The encoder is the board's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from appliance.capture.mixer import wired

SCHEMES = frozenset({"rtsp", "rtsps", "srt", "tcp", "udp"})
"""Of cameras on the network. Not HTTP: its lists (HLS) are seconds late, and those may be of the film."""

_RATE = 30
_SIZE = "1280x720"
_BITRATE = "4M"
_SILENT_US = "5000000"
_QUICK = ("-fflags", "nobuffer", "-analyzeduration", "1000000", "-probesize", "1000000")
_RTSP = ("-rtsp_flags", "prefer_tcp", "-timeout", _SILENT_US, "-allowed_media_types", "video+audio")
_ALSA = ("-f", "alsa", "-thread_queue_size", "512")
_SOUND = ("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2")
_SOFTWARE = ("libx264", "-preset", "ultrafast", "-tune", "zerolatency")
_HARDWARE = ("h264_v4l2m2m", "-num_capture_buffers", "16")


@dataclass(frozen=True, slots=True)
class Form:
    """One way of asking: what ffmpeg is told before where its output goes."""

    arguments: tuple[str, ...]
    heard: str = ""
    """The microphone in it; empty: none, or the camera's own."""
    mix: str = ""
    """The filter in it that takes channels out of a mixer; empty: there is none."""


def is_address(source: str) -> bool:
    """Whether ``source`` is a camera on the network."""
    try:
        return "://" in source and urlsplit(source).scheme.lower() in SCHEMES
    except ValueError:  # a bracket that nothing closes, or no port
        return False


def of_address(url: str) -> tuple[Form, ...]:
    """A camera that sends H.264 already: its picture stays as it is, its sound becomes AAC."""
    rtsp = _RTSP if urlsplit(url).scheme.lower().startswith("rtsp") else ()
    return (Form((*_QUICK, *rtsp, "-i", url, *_maps(0), "-c:v", "copy", *_SOUND)),)


def of_device(path: str, microphones: tuple[str, ...], *, hardware: bool) -> tuple[Form, ...]:
    """A USB camera: as JPEGs, for 720p30 raw is more than USB 2 carries; where it has none, as it comes.

    ``microphones``: ALSA devices, such as ``hw:1``, the best first; without any of them pictures still come.
    ``hardware``: whether the board encodes H.264.
    """
    forms = (
        ("-input_format", "mjpeg", "-framerate", str(_RATE), "-video_size", _SIZE),
        ("-framerate", str(_RATE), "-video_size", _SIZE),
        (),
    )
    asked = [(*_QUICK, "-f", "v4l2", *form, "-i", path) for form in forms]
    return tuple(
        encoded(pictures, sound, hardware=hardware) for sound in (*microphones, "") for pictures in asked
    )


def of_microphone(sound: str) -> Form:
    """An ALSA device alone; ``capture.no_channel`` if it is to have more channels than it has."""
    there = wired(sound)
    return Form((*_ALSA, *there.asked, "-i", there.device, *_mixed(there.mix)), sound, there.mix)


def encoded(pictures: tuple[str, ...], sound: str, *, hardware: bool) -> Form:
    """Pictures of any kind, as H.264 with a key frame each second and nothing to wait for."""
    there = wired(sound)
    heard = (*_ALSA, *there.asked, "-i", there.device) if sound else ()
    encoder = ("-c:v", *(_HARDWARE if hardware else _SOFTWARE), "-b:v", _BITRATE, "-maxrate", _BITRATE)
    steady = ("-bufsize", _BITRATE, "-r", str(_RATE), "-g", str(_RATE), "-bf", "0", "-pix_fmt", "yuv420p")
    return Form(
        (*pictures, *heard, *_maps(1 if sound else 0), *encoder, *steady, *_SOUND, *_mixed(there.mix)),
        sound,
        there.mix,
    )


def _mixed(mix: str) -> tuple[str, ...]:
    return ("-af", mix) if mix else ()


def _maps(heard: int) -> tuple[str, ...]:
    return ("-map", "0:v:0", "-map", f"{heard}:a:0?")
