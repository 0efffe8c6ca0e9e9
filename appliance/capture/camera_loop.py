"""A clip played round and round at its own pace, as if it were a camera: where none is, and in tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from appliance.capture.adts import AdtsHeader
from appliance.capture.camera import Sink
from appliance.capture.film_libraries import av
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock
from appliance.errors import MatineeError

_AGAIN_S = 2.0
_SHORTEST_US = 500_000
_TOO_SHORT = "it is shorter than half a second"
_NO_PICTURE = "it has no H.264 picture"


class LoopCamera:
    """Reads encoded packets and decodes nothing, as a hardware encoder would deliver them."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """``capture.no_source`` if ``path`` is no film with H.264 in it."""
        self.name = f"clip {path.name}"
        self._path = path
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        next(read_film(path))

    def start(self, sink: Sink) -> None:
        """Begin at the clip's first picture."""
        self.stop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._play, args=(sink, self._stopping), name="camera", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _play(self, sink: Sink, stopping: threading.Event) -> None:
        start_us = _microseconds(self._clock)
        lost = False
        while not stopping.is_set():
            try:
                for packet in read_film(self._path, start_us):
                    if self._wait_until(packet.dts_us, stopping):
                        return
                    if lost:
                        lost = False
                        sink.returned()
                    sink.packet(packet)
                    start_us = max(start_us, _next_start_us(packet))
            except MatineeError as fault:
                if not lost:
                    lost = True
                    sink.lost(fault.sentence)
                self._clock.wait(stopping, _AGAIN_S)
                start_us = _microseconds(self._clock)

    def _wait_until(self, moment_us: int, stopping: threading.Event) -> bool:
        ahead_s = moment_us / 1_000_000 - self._clock.monotonic()
        return self._clock.wait(stopping, ahead_s) if ahead_s > 0 else stopping.is_set()


def read_film(path: Path, start_us: int = 0) -> Iterator[Packet]:
    """Yield the packets of ``path`` up to the end of its picture, the first picture at ``start_us``.

    Raises ``capture.no_source`` if it can not be read or has no H.264; sound other than AAC is left out.
    """
    yield from _read(path, start_us, _SHORTEST_US)


def read_segment(path: Path, start_us: int = 0) -> Iterator[Packet]:
    """As ``read_film``, of whatever a crash left of a film, however short."""
    yield from _read(path, start_us, 0)


def _read(path: Path, start_us: int, shortest_us: int) -> Iterator[Packet]:
    try:
        with av.open(str(path)) as film:
            yield from _Film(film, start_us, shortest_us).packets()
    except (OSError, av.FFmpegError) as fault:
        raise MatineeError("capture.no_source", path=path, fault=fault.strerror or fault) from fault
    except _NotAFilmError as fault:
        raise MatineeError("capture.no_source", path=path, fault=fault) from fault


class _NotAFilmError(Exception):
    pass


class _Film:
    """An opened film and how its packets become ours."""

    def __init__(self, film: av.container.InputContainer, start_us: int, shortest_us: int) -> None:
        video = next((one for one in film.streams.video if one.codec_context.name == "h264"), None)
        if video is None or video.time_base is None:
            raise _NotAFilmError(_NO_PICTURE)
        self._film = film
        self._video = video
        self._annex_b = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", video)
        self._audio = next((one for one in film.streams.audio if one.codec_context.name == "aac"), None)
        self._adts = (
            AdtsHeader.from_config(self._audio.codec_context.extradata or b"") if self._audio else None
        )
        self._start_us = start_us
        self._shift_us = start_us - _us(video.start_time or 0, video.time_base)
        length = None if video.duration is None else _us(video.duration, video.time_base)
        if length is not None and length < shortest_us:
            raise _NotAFilmError(_TOO_SHORT)
        self._end_us = start_us + length if length else None

    def packets(self) -> Iterator[Packet]:
        """In decoding order, the first picture first, without what is heard before or after the pictures."""
        begun = False
        streams = [self._video, self._audio] if self._audio is not None else [self._video]
        for raw in self._film.demux(streams):
            if raw.dts is None:
                continue
            if raw.stream is self._video:
                begun = True
                yield from (self._ours(one, Stream.VIDEO) for one in self._annex_b.filter(raw))
            elif begun and self._adts is not None:
                heard = self._ours(raw, Stream.AUDIO)
                if self._start_us <= heard.pts_us < (self._end_us or heard.pts_us + 1):
                    yield replace(heard, data=self._adts.before(heard.data))

    def _ours(self, raw: av.Packet[av.stream.Stream], stream: Stream) -> Packet:
        base = raw.time_base
        dts = 0 if raw.dts is None else raw.dts
        return Packet(
            data=bytes(raw),
            pts_us=_us(dts if raw.pts is None else raw.pts, base) + self._shift_us,
            key=stream is Stream.AUDIO or raw.is_keyframe,
            stream=stream,
            dts_us=_us(dts, base) + self._shift_us,
            duration_us=_us(raw.duration or 0, base),
        )


def _us(ticks: int, base: Fraction) -> int:
    return round(ticks * base * 1_000_000)


def _microseconds(clock: Clock) -> int:
    return round(clock.monotonic() * 1_000_000)


def _next_start_us(packet: Packet) -> int:
    return packet.pts_us + packet.duration_us if packet.stream is Stream.VIDEO else 0
