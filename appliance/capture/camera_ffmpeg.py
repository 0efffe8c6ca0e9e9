"""USB cameras (Video4Linux2) and cameras of the network (RTSP, SRT), brought by an ffmpeg of its own.

PyAV's libraries know no V4L2. The child gives MPEG-TS: H.264 in Annex B, AAC with ADTS, as our packets are.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import IO

from appliance.capture.camera import Sink
from appliance.capture.camera_inputs import Form
from appliance.capture.ffmpeg_child import FfmpegChild
from appliance.capture.film_libraries import av
from appliance.capture.form_order import FormOrder
from appliance.capture.packet_feed import PacketFeed
from appliance.clock import Clock
from appliance.errors import MatineeError

_log = logging.getLogger(__name__)

_OUT = ("-f", "mpegts", "-flush_packets", "1", "-muxdelay", "0", "-muxpreload", "0", "pipe:1")
_LOOK_FIRST = {"probesize": "200000", "analyzeduration": "500000", "fflags": "nobuffer"}
_DEAF_US = 3_000_000
_LAST_WORDS = 200
_SETTLE_US = 700_000


class FfmpegCamera:
    """One camera; of several forms of asking for it the best that gives pictures, and its sound, is kept."""

    def __init__(self, name: str, forms: Sequence[Form], clock: Clock) -> None:
        """``forms``: the best first. Nothing is opened yet: what is not there is ``lost`` once started."""
        self.name = self._camera = name
        self._forms = FormOrder(forms)
        self._has_sound = any(form.heard for form in forms)
        self._clock = clock
        self._child = FfmpegChild("camera")

    def start(self, sink: Sink) -> None:
        """Open the camera on a thread of its own."""
        self._child.start(lambda: self._film(sink))

    def stop(self) -> None:
        """Let go of the camera."""
        self._child.stop()

    def _film(self, sink: Sink) -> None:
        words = ""
        for form in self._forms.in_turn(self._clock.monotonic()):
            ears = _Ears(form)
            taken, words = self._take(form, ears, sink)
            if self._child.stopping:
                return
            if ears.deaf:
                words = f"the microphone {form.heard} gives no sound any more"
            if ears.deaf or not taken:
                self._forms.failed(form, self._clock.monotonic())
            if taken:
                break
        sink.lost(MatineeError("capture.camera_lost", fault=words).sentence)

    def _take(self, form: Form, ears: _Ears, sink: Sink) -> tuple[bool, str]:
        """Film until it ends: whether there were pictures, and ffmpeg's last words."""
        heard, said = os.pipe()
        os.set_blocking(said, False)
        with open(heard, "rb") as words:  # noqa: PTH123 a descriptor
            try:
                with open(said, "wb"), self._child.bring((*form.arguments, *_OUT), said) as out:  # noqa: PTH123
                    taken = out is not None and self._read(out, form, ears, sink)
            except FileNotFoundError as missing:
                return False, f"{missing.filename} is not installed"
            return taken, _last(words.read()) or "it gives no picture"

    def _read(self, out: IO[bytes], form: Form, ears: _Ears, sink: Sink) -> bool:
        feed, begun, first = PacketFeed(sink, self._clock), False, _FirstSecond(self._clock)
        with (
            suppress(OSError, av.FFmpegError),
            av.open(out, "r", format="mpegts", options=_LOOK_FIRST) as film,
        ):
            for raw in film.demux((*film.streams.video[:1], *film.streams.audio[:1])):
                if self._child.stopping or ears.hear(raw):
                    break
                for one in first.held_back(raw, feed) if raw.dts is not None and raw.pts is not None else ():
                    before, begun = begun, _hand_on(one, feed, begun=begun)
                    if begun and not before:
                        self._takes(form)
        return begun

    def _takes(self, form: Form) -> None:
        self._forms.works(form)
        if self._has_sound:
            sound = f"microphone {form.heard}" if form.heard else "no microphone"
            self.name = f"{self._camera}, {sound}"
            _log.info("filming with %s", self.name)


class _Ears:
    """Notices a microphone that says nothing any more while pictures come."""

    def __init__(self, form: Form) -> None:
        self._listens = bool(form.heard)
        self._heard_us: int | None = None
        self.deaf = False

    def hear(self, raw: av.Packet[av.stream.Stream]) -> bool:
        """Whether it is deaf, by the stream's own time, now that ``raw`` came."""
        if self._listens and raw.pts is not None:
            at_us = _us(raw.pts, raw.time_base)
            if raw.stream.type != "video" or self._heard_us is None:
                self._heard_us = at_us
            self.deaf = at_us - self._heard_us > _DEAF_US
        return self.deaf


class _FirstSecond:
    """Waits for a moment's packets, and takes from the newest of them when all of them were taken.

    A camera may begin with what it kept from before, all at once: by the first one's arrival a picture of the
    film would count as taken now.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: list[av.Packet[av.stream.Stream]] = []
        self._ends_us: int | None = None
        self._least_us = sys.maxsize

    def held_back(
        self, raw: av.Packet[av.stream.Stream], feed: PacketFeed
    ) -> Iterable[av.Packet[av.stream.Stream]]:
        """None yet, then all that were held with ``raw``, then each as it comes."""
        if self._ends_us == 0:
            return (raw,)
        now_us = round(self._clock.monotonic() * 1_000_000)
        self._ends_us = self._ends_us or now_us + _SETTLE_US
        self._held.append(raw)
        if raw.stream.type == "video":
            self._least_us = min(self._least_us, now_us - _us(raw.dts, raw.time_base))
        if now_us < self._ends_us or self._least_us == sys.maxsize:
            return ()
        feed.tie(self._least_us)
        self._ends_us = 0
        held, self._held = self._held, []
        return held


def _hand_on(raw: av.Packet[av.stream.Stream], feed: PacketFeed, *, begun: bool) -> bool:
    """Give it to ``feed``, from the first key frame on; whether that was seen."""
    pts_us, dts_us = _us(raw.pts, raw.time_base), _us(raw.dts, raw.time_base)
    if raw.stream.type == "video":
        begun = begun or raw.is_keyframe
        if begun:
            feed.frame(bytes(raw), pts_us, key=raw.is_keyframe, decoded_us=dts_us)
    elif begun:
        feed.sound(bytes(raw), pts_us)
    return begun


def _us(ticks: int | None, base: Fraction) -> int:
    return round((ticks or 0) * base * 1_000_000)


def _last(words: bytes) -> str:
    lines = words.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][-_LAST_WORDS:] if lines else ""
