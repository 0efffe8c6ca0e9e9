"""Reads a film to its end without decoding its pictures: loudness, key pictures, rate, and where it stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from math import log10
from typing import Any

import av
import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from cache.probe import FilmFacts, Loudness
from cache.probe_packets_av import packets

_STEP = 0.01
"""Progress is told each per cent."""
_UNEVEN_SHARE = 0.02
"""More pictures than this must come off their beat to call the rate variable."""
_OFF_BEAT = 0.25
_SHORT_SHARE = 0.95
_SHORT_MS = 1500
"""A film that stops this long, and this share of its length, before its end was cut short."""
_PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)
_PICTURES_EACH = 4
_FAINTEST = 1e-5
_SPOILT_SOUND = 200
"""Sound packets that can not be decoded before the meter gives up."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What only the whole file tells."""

    fps: float
    variable_rate: bool
    keyframe_ms: int
    bitrate_kbps: int
    loudness: Loudness | None
    ends_at_ms: int | None


@dataclass(slots=True)
class _Pictures:
    """Follows the packets of the picture."""

    last_key_ms: float | None = None
    longest_ms: float = 0.0
    last_ms: float | None = None
    count: int = 0
    steps: Counter[int] = field(default_factory=Counter)
    """How often each distance between pictures was seen, in whole milliseconds."""

    def add(self, packet: Packet[Any]) -> None:
        """Take the next packet in decoding order."""
        at = _at_ms(packet)
        if at is None:
            return
        self.count += 1
        if self.last_ms is not None and at > self.last_ms:
            self.steps[round(at - self.last_ms)] += 1
        self.last_ms = at
        if packet.is_keyframe:
            if self.last_key_ms is not None:
                self.longest_ms = max(self.longest_ms, at - self.last_key_ms)
            self.last_key_ms = at

    def keyframe_ms(self) -> int:
        """The longest way between key pictures, the one after the last included."""
        tail = (self.last_ms or 0.0) - (self.last_key_ms or 0.0)
        return round(max(self.longest_ms, tail))

    def is_uneven(self) -> bool:
        """Whether many pictures come off the beat; a millisecond more or less is rounding."""
        total = sum(self.steps.values())
        if total == 0:
            return False
        beat = _median(self.steps)
        off = sum(n for step, n in self.steps.items() if abs(step - beat) > max(1.5, beat * _OFF_BEAT))
        return off > max(1, total * _UNEVEN_SHARE)


class _Meter:
    """EBU R 128 by FFmpeg's filter; breaks with the first sound that changes shape are tolerated."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        self._spoilt = 0
        self._last: dict[str, str] = {}

    def hear(self, stream: AudioStream, packet: Packet[Any]) -> None:
        """Decode a packet and measure it."""
        if self._spoilt > _SPOILT_SOUND:
            return
        try:
            for frame in stream.codec_context.decode(packet):
                self._measure(frame)
        except (av.error.FFmpegError, ValueError):
            self._spoilt += 1

    def _measure(self, frame: AudioFrame) -> None:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._graph is None:
            self._graph, self._shape = _meter_graph(frame), shape
        if shape != self._shape:
            return
        self._graph.push(frame)
        while True:
            try:
                measured = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._last = measured.metadata or self._last

    def loudness(self) -> Loudness | None:
        """What was measured; None if nothing was heard."""
        if "lavfi.r128.I" not in self._last:
            return None
        peaks = [float(v) for k, v in self._last.items() if k.startswith("lavfi.r128.true_peaks_ch")]
        loudest = max(*peaks, _FAINTEST)  # amplitudes, though the rest is in decibels
        return Loudness(round(float(self._last["lavfi.r128.I"]), 1), round(20 * log10(loudest), 1))


def scan(
    container: InputContainer,
    video: VideoStream,
    sound: AudioStream | None,
    facts: FilmFacts,
    progress: Callable[[float], None],
) -> Scan:
    """Read every packet. Damage is skipped where FFmpeg can; where it can not, the film ends there."""
    pictures, meter = _Pictures(), _Meter()
    start_ms = (container.start_time or 0) * 1000 / av.time_base
    end_ms, told, size_bytes = 0.0, 0.0, 0
    try:
        for packet in packets(container, [stream for stream in (video, sound) if stream is not None]):
            size_bytes += packet.size
            at = _at_ms(packet)
            if at is not None:
                end_ms = max(end_ms, at - start_ms + _long_ms(packet))
            if packet.stream is video:
                pictures.add(packet)
            elif sound is not None and packet.size:
                meter.hear(sound, packet)
            share = min(1.0, end_ms / facts.duration_ms)
            if share >= told + _STEP:
                told = share
                progress(share)
    except (av.error.FFmpegError, ValueError):
        pass  # what came until here counts: the end is judged below
    played_s = end_ms / 1000
    return Scan(
        fps=round(pictures.count / played_s, 3) if played_s > 0 else 0.0,
        variable_rate=pictures.is_uneven(),
        keyframe_ms=pictures.keyframe_ms(),
        bitrate_kbps=round(size_bytes * 8 / 1000 / played_s) if played_s > 0 else 0,
        loudness=meter.loudness(),
        ends_at_ms=_early_end(end_ms, facts.duration_ms),
    )


def damaged_places(container: InputContainer, video: VideoStream, duration_ms: int) -> tuple[int, ...]:
    """Decode a few pictures at five places; return those places where that fails, in milliseconds."""
    return tuple(
        round(duration_ms * place)
        for place in _PLACES
        if not _decodes_at(container, video, duration_ms * place)
    )


def _decodes_at(container: InputContainer, video: VideoStream, at_ms: float) -> bool:
    try:
        container.seek(round(at_ms * av.time_base / 1000))
    except av.error.FFmpegError:
        return True  # it can not be wound at all: another fault, and no picture's
    try:
        decoded = (frame for packet in packets(container, [video]) for frame in packet.decode())
        pictures = list(islice(decoded, _PICTURES_EACH))
    except (av.error.FFmpegError, ValueError):
        return False
    # A seek may land behind the last picture of a very short film: that is no damage.
    return not any(isinstance(picture, VideoFrame) and picture.is_corrupt for picture in pictures)


def _early_end(end_ms: float, duration_ms: int) -> int | None:
    short = end_ms < duration_ms * _SHORT_SHARE and duration_ms - end_ms > _SHORT_MS
    return round(end_ms) if short else None


def _meter_graph(frame: AudioFrame) -> Graph:
    graph = Graph()
    graph.threads = 1
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout, time_base=frame.time_base
    )
    meter = graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
    sink = graph.add("abuffersink")
    graph.link_nodes(source, meter, sink)
    graph.configure()
    return graph


def _at_ms(packet: Packet[Any]) -> float | None:
    """Decoding time; the time of showing where the container keeps no other (it jumps back and forth)."""
    at = packet.dts if packet.dts is not None else packet.pts
    return None if at is None or packet.time_base is None else float(at * packet.time_base * 1000)


def _long_ms(packet: Packet[Any]) -> float:
    return float((packet.duration or 0) * (packet.time_base or 0) * 1000)


def _median(counts: Counter[int]) -> float:
    half, seen = sum(counts.values()) / 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= half:
            return float(value)
    return 0.0
