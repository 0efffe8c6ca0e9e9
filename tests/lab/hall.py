"""A hall that can be listened to: PulseAudio with no loudspeaker, and a microphone on what it would play."""

from __future__ import annotations

import array
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from lab.projector import eventually

RATE = 8000
_WINDOW = 20
WINDOW_MS = _WINDOW * 1000 / RATE
_SILENT = 300
"""Peak of 16 bits; the tone of a test film has 4,096."""


class Hall:
    """Set ``PULSE_SERVER`` to ``server`` before libVLC or mpv is started."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="matinee-hall-"))
        self.server = f"unix:{self._folder}/socket"
        self._process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
                *("-L", f"module-native-protocol-unix socket={self._folder}/socket auth-anonymous=1"),
                *("-L", f"module-null-sink sink_name=hall rate={RATE} channels=2"),
            ],
            env={**os.environ, "XDG_RUNTIME_DIR": str(self._folder), "HOME": str(self._folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually((self._folder / "socket").exists)

    def listen(self) -> Recording:
        return Recording(self.server, self._folder / "recording")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder)


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was heard from the monotonic second ``at`` on (to some 30 ms), for ``ms``."""

    at: float
    ms: float


class Recording:
    """What the hall hears, until it is stopped."""

    def __init__(self, server: str, path: Path) -> None:
        self._path = path
        path.unlink(missing_ok=True)  # what an earlier one heard
        self.loudest = 0
        form = ["--raw", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=20"]
        self._process = subprocess.Popen(
            ["parec", f"--server={server}", "--device=hall.monitor", *form, str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        size = eventually(lambda: path.exists() and path.stat().st_size)
        self._began = time.monotonic() - size / 2 / RATE
        self.first_sound_at: float | None = None
        """Monotonic second, to some 30 ms; known once it is stopped."""

    def stop(self) -> list[float]:
        """End, and return the silences between the first and the last sound, in milliseconds."""
        return [silence.ms for silence in self.stop_and_time()]

    def stop_and_time(self) -> list[Silence]:
        """End, and return those silences with their moments."""
        self._process.terminate()
        self._process.wait()
        samples = array.array("h", self._path.read_bytes()[: self._path.stat().st_size // 2 * 2])
        peaks = [max(map(abs, samples[at : at + _WINDOW])) for at in range(0, len(samples), _WINDOW)]
        self.loudest = max(peaks, default=0)
        loud = [number for number, peak in enumerate(peaks) if peak > _SILENT]
        if not loud:
            return []
        self.first_sound_at = self._began + loud[0] * WINDOW_MS / 1000
        found, at = [], loud[0]
        for silent, run in groupby(peaks[loud[0] : loud[-1] + 1], lambda peak: peak <= _SILENT):
            length = len(list(run))
            if silent:
                found.append(Silence(self._began + at * WINDOW_MS / 1000, WINDOW_MS * length))
            at += length
        return found
