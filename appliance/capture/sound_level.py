"""How loud the room is at the microphone, for the rehearsal: heard for a second and a half, nothing kept."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from urllib.parse import urlsplit

from appliance.capture.camera_inputs import Form, is_address, of_microphone
from appliance.model.capture import SoundLevel

_FFMPEG = ("ffmpeg", "-nostdin", "-hide_banner")
_SECONDS = "1.5"
_PATIENCE_S = 4.0
_LOUDEST = re.compile(r"max_volume: (-?[0-9.]+|-inf) dB")
_SILENCE_DB = -120.0


class SoundMeter:
    """Opens the first microphone that gives sound, through ffmpeg, and lets go of it at once."""

    def __init__(self, source: str, microphones: tuple[str, ...], in_use: Callable[[], bool]) -> None:
        """``source``, ``microphones``: as the settings name them; ``in_use``: somebody films or listens."""
        self._forms = _forms(source, microphones)
        self._in_use = in_use

    def measure(self) -> SoundLevel:
        """The loudest moment, in dB below the loudest that can be told. It takes two seconds."""
        if not self._forms:
            return SoundLevel(fault="This box has no microphone.")
        if self._in_use():
            return SoundLevel(fault="The microphone is in use now.")
        fault = "no sound came"
        for form in self._forms:
            try:
                command = (*_FFMPEG, *form.arguments, "-t", _SECONDS, *_measure(form))
                done = subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False)
            except (OSError, subprocess.TimeoutExpired) as wrong:
                fault = "it did not answer in time" if not isinstance(wrong, OSError) else str(wrong.strerror)
                continue
            found = _LOUDEST.search(done.stderr.decode("utf-8", "replace"))
            if done.returncode == 0 and found:
                return SoundLevel(_SILENCE_DB if found[1] == "-inf" else float(found[1]), form.heard)
        return SoundLevel(fault=f"The microphone can not be heard: {fault}.")


def _measure(form: Form) -> tuple[str, ...]:
    filters = f"{form.mix},volumedetect" if form.mix else "volumedetect"
    return ("-vn", "-af", filters, "-f", "null", "-")


def _forms(source: str, microphones: tuple[str, ...]) -> tuple[Form, ...]:
    """The microphones that the settings name, else the sound of ``source``."""
    if microphones:
        return tuple(of_microphone(one) for one in microphones)
    if not source or source == "picamera2" or source.startswith("/dev/"):
        return ()
    quick = ("-rtsp_flags", "prefer_tcp") if urlsplit(source).scheme.lower().startswith("rtsp") else ()
    return (Form((*quick, "-i", source)) if is_address(source) else Form(("-re", "-i", source)),)
