"""A microphone, or a network camera's sound, brought by an ffmpeg of its own that opens no picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO

from appliance.capture.adts import frames
from appliance.capture.camera import Sink
from appliance.capture.camera_inputs import Form
from appliance.capture.ffmpeg_child import FfmpegChild
from appliance.capture.form_order import FormOrder
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock
from appliance.errors import MatineeError

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

    def __init__(self, name: str, forms: Sequence[Form], clock: Clock) -> None:
        """``forms``: the best first; each start takes the first that did not fail lately."""
        self.name = self._microphone = name
        self._forms = FormOrder(forms)
        self._clock = clock
        self._child = FfmpegChild("microphone")

    def start(self, sink: Sink) -> None:
        """Open it on a thread of its own."""
        self._child.start(lambda: self._hear(sink))

    def stop(self) -> None:
        """Let go of the microphone."""
        self._child.stop()

    def _hear(self, sink: Sink) -> None:
        form, *_ = self._forms.in_turn(self._clock.monotonic())
        self.name = f"{self._microphone} {form.heard}".rstrip()
        fault = "the microphone gives no sound"
        try:
            with self._child.bring((*form.arguments, *_OUT)) as out, suppress(OSError):
                self._read(out, sink)
        except FileNotFoundError as missing:
            fault = f"{missing.filename} is not installed"
        if not self._child.stopping:
            self._forms.failed(form, self._clock.monotonic())
            sink.lost(MatineeError("capture.no_microphone", fault=fault).sentence)

    def _read(self, out: IO[bytes] | None, sink: Sink) -> None:
        begin_us, heard = None, 0
        for frame in frames(_blocks(out)):
            if self._child.stopping:
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
