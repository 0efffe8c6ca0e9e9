"""A microphone, or a network camera's sound, brought by an ffmpeg of its own that opens no picture."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from appliance.capture.adts import frames
from appliance.capture.camera import Sink
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock
from appliance.errors import MatineeError

_LEASH = ("setpriv", "--pdeathsig", "KILL")
_TOLD = ("ffmpeg", "-nostdin", "-hide_banner", "-v", "error")
_RATE_HZ = 48_000
_SAMPLES = 1024
_OUT = (
    *("-vn", "-c:a", "aac", "-b:a", "96k", "-ar", str(_RATE_HZ), "-ac", "1"),
    *("-f", "adts", "-flush_packets", "1", "pipe:1"),
)
_BLOCK = 4096
_LATE_US = 500_000
"""So far behind its count a microphone has lost sound: it is counted anew."""


class FfmpegMicrophone:
    """Sound alone, as the packets that cameras give."""

    def __init__(self, name: str, arguments: tuple[str, ...], clock: Clock) -> None:
        """``arguments``: what ffmpeg is told before its output. Nothing is opened yet."""
        self.name = name
        self._arguments = arguments
        self._clock = clock
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def start(self, sink: Sink) -> None:
        """Open it on a thread of its own."""
        self.stop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._hear, args=(sink,), name="microphone", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End ffmpeg, which lets go of the microphone, and wait for the thread."""
        with self._guard:
            self._stopping.set()
            if self._child is not None:
                self._child.kill()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _hear(self, sink: Sink) -> None:
        try:
            child = self._begin()
        except FileNotFoundError as missing:
            sink.lost(_lost(f"{missing.filename} is not installed"))
            return
        if child is None:
            return
        with child:
            try:
                with suppress(OSError):
                    self._read(child.stdout, sink)
            finally:
                child.kill()
        if not self._stopping.is_set():
            sink.lost(_lost("the microphone gives no sound"))

    def _begin(self) -> subprocess.Popen[bytes] | None:
        with self._guard:
            if self._stopping.is_set():
                return None
            self._child = subprocess.Popen(
                (*_LEASH, *_TOLD, *self._arguments, *_OUT),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
            return self._child

    def _read(self, out: IO[bytes] | None, sink: Sink) -> None:
        begin_us, heard = None, 0
        for frame in frames(_blocks(out)):
            if self._stopping.is_set():
                return
            now_us = round(self._clock.monotonic() * 1_000_000)
            length_us = _SAMPLES * 1_000_000 // _RATE_HZ
            if begin_us is None or now_us - (begin_us + heard * length_us) > _LATE_US:
                begin_us, heard = now_us, 0
            at_us = begin_us + heard * _SAMPLES * 1_000_000 // _RATE_HZ
            heard += 1
            sink.packet(Packet(frame, at_us, key=True, stream=Stream.AUDIO, dts_us=at_us))


def _blocks(out: IO[bytes] | None) -> Iterator[bytes]:
    while out is not None and (block := out.read(_BLOCK)):
        yield block


def _lost(fault: str) -> str:
    return MatineeError("capture.no_microphone", fault=fault).sentence
