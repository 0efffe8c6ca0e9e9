"""Films written and read through PyAV (FFmpeg's libraries)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from appliance.capture.cut import Film
from appliance.capture.cuts.loudness import level_in_place
from appliance.capture.film_libraries import av
from appliance.capture.packet import Packet, Stream
from appliance.errors import MatineeError

_MICROSECOND = Fraction(1, 1_000_000)
_RAW_FORMAT = {Stream.VIDEO: "h264", Stream.AUDIO: "aac"}
_ENOUGH_PACKETS = 3
_PICTURE_WIDTH = 640


class AvCutter:
    """Muxes, reads back, and takes one picture. Only the picture is ever decoded."""

    def mux(self, packets: Sequence[Packet], path: Path) -> None:
        """Write MP4 with its index in front (``faststart``), so that a browser begins at once."""
        with told(), av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as film:
            streams = {stream: add_stream(film, packets, stream) for stream in Stream}
            start_us = packets[0].pts_us
            for packet in packets:
                target = streams[packet.stream]
                if target is not None:
                    film.mux(raw_packet(packet, target, start_us))

    def level(self, path: Path) -> None:
        """Measure, gain, limit (``cuts/loudness.py``); the picture is not touched."""
        level_in_place(path)

    def look(self, path: Path) -> Film:
        """Read the index and the first packet."""
        with told(), _read(path) as film:
            video = film.streams.video[0]
            first = next(film.demux(video))
            duration = Fraction(0) if video.duration is None else video.duration * first.time_base
            context = video.codec_context
            return Film(round(duration * 1000), context.width, context.height, first.is_keyframe)

    def picture(self, film: Path, at_ms: int, path: Path) -> None:
        """Decode from the key frame before ``at_ms`` up to it; the last picture if the film ends earlier."""
        with told(), _read(film) as opened:
            video = opened.streams.video[0]
            base = video.time_base or _MICROSECOND
            opened.seek(int(Fraction(at_ms, 1000) / base), stream=video)
            frame = None
            for frame in opened.decode(video):
                if frame.pts is None or frame.pts * base * 1000 >= at_ms:
                    break
            if frame is None:
                raise MatineeError("capture.cut_failed", fault="no picture in it can be shown")
            image = frame.to_image()  # type: ignore[no-untyped-call] # not annotated in PyAV 18
            image.thumbnail((_PICTURE_WIDTH, _PICTURE_WIDTH))
            image.save(path, format="JPEG", quality=85)


def add_stream(
    film: av.container.OutputContainer, packets: Sequence[Packet], stream: Stream
) -> av.stream.Stream | None:
    """Add a stream like the first packets of it, which carry their own description; None: there are none."""
    first = [packet.data for packet in packets if packet.stream is stream][:_ENOUGH_PACKETS]
    if not first:
        return None
    with av.open(io.BytesIO(b"".join(first)), format=_RAW_FORMAT[stream]) as raw:
        return film.add_stream_from_template(raw.streams[0])


def raw_packet(packet: Packet, target: av.stream.Stream, start_us: int) -> av.Packet[av.stream.Stream]:
    """Return ``packet`` for ``target``, its times counted from ``start_us``."""
    raw: av.Packet[av.stream.Stream] = av.Packet(packet.data)
    raw.time_base = _MICROSECOND
    raw.pts = packet.pts_us - start_us
    raw.dts = packet.dts_us - start_us
    raw.duration = packet.duration_us
    raw.is_keyframe = packet.key
    raw.stream = target
    return raw


@contextmanager
def _read(path: Path) -> Iterator[av.container.InputContainer]:
    with av.open(str(path), format="mp4") as film:
        yield film


@contextmanager
def told() -> Iterator[None]:
    """Raise FFmpeg's faults as ``capture.cut_failed``, the card's own as they are."""
    try:
        yield
    except (av.FFmpegError, IndexError, StopIteration) as fault:
        if isinstance(fault, OSError) and (fault.errno or 0) > 0:
            raise  # the card's fault, not the film's
        raise MatineeError("capture.cut_failed", fault=fault) from fault
