"""Joining by PyAV: packets are copied, only their times change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from appliance.errors import MatineeError
from appliance.ids import new_id
from cache.block_file import blocks_beside, write_blocks_at
from cache.blocks import BLOCK_BYTES, BlockList, FilmHasher
from cache.durable import sync_folder
from cache.reel import Make, Part
from cache.verified_reader import VerifiedFilm

_FORMATS = "mov,mp4,matroska,webm"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
_TAIL_S = Fraction(1, 10)
"""Sound may outlast the picture by so much; it is cut off in a reel."""
_SLACK_MS = 100

Stream = VideoStream | AudioStream


class _OddError(Exception):
    """These films are better played one by one."""


class AvJoiner:
    """Joins MP4, MOV, MKV and WebM; anything else plays alone."""

    def make(self, film: Path) -> Make | None:
        """Read the container's head only."""
        try:
            with _opened(film) as container:
                streams = _streams(container)
                return Make(_say(streams[0]), tuple(_say(stream) for stream in streams[1:]))
        except (av.error.FFmpegError, OSError, MatineeError, _OddError):
            return None

    def join(self, films: Sequence[Path], reel: Path) -> tuple[Part, ...] | None:
        """Atomic: written beside, verified, synced, renamed; the hashes first."""
        partial = reel.with_name(f".{new_id()}{reel.suffix}")
        try:
            parts = _write(films, partial)
            _verify(partial, parts, {self.make(path) for path in (*films, partial)})
            reel.unlink(missing_ok=True)  # an earlier one never stands beside hashes that are not its own
            write_blocks_at(blocks_beside(reel), reel.name, _hashed(partial))
            partial.rename(reel)
            sync_folder(reel.parent)
        except (av.error.FFmpegError, OSError, ValueError, MatineeError, _OddError):
            return None
        finally:
            partial.unlink(missing_ok=True)
        return parts


@contextmanager
def _opened(film: Path) -> Iterator[InputContainer]:
    """Read ``film`` through its block hashes where it has some."""
    with ExitStack() as closing:
        proven = closing.enter_context(VerifiedFilm(film)) if blocks_beside(film).exists() else None
        source: Any = str(film) if proven is None else proven
        yield closing.enter_context(av.open(source, options=_OPTIONS, metadata_errors="replace"))


def _hashed(written: Path) -> BlockList:
    """Make what was written durable, and hash it: from memory, as the card was not asked for it yet."""
    hasher = FilmHasher()
    with written.open("rb") as reel:
        while piece := reel.read(BLOCK_BYTES):
            hasher.update(piece)
        os.fsync(reel.fileno())
    return hasher.finish()[1]


def _streams(container: InputContainer) -> list[Stream]:
    covers = av.stream.Disposition.attached_pic
    videos = [stream for stream in container.streams.video if not stream.disposition & covers]
    if len(videos) != 1 or len(container.streams.subtitles) > 0:
        raise _OddError
    return [videos[0], *container.streams.audio]


def _say(stream: Stream) -> str:
    setup = hashlib.sha256(stream.codec_context.extradata or b"").hexdigest()[:16]
    facts: list[object] = [stream.codec_context.name, setup]
    if isinstance(stream, VideoStream):
        facts += [stream.width, stream.height, stream.format.name, stream.average_rate]
    else:
        named = [stream.metadata.get("language", "und"), stream.metadata.get("title", "")]
        facts += [stream.rate, stream.layout.name, *named]
    return " ".join(str(fact) for fact in facts)


@dataclass(slots=True)
class _Reel:
    """What is being written."""

    container: OutputContainer
    streams: list[Stream]
    last: list[Fraction]
    at: Fraction = Fraction(0)


def _write(films: Sequence[Path], partial: Path) -> tuple[Part, ...]:
    parts: list[Part] = []
    with ExitStack() as closing:
        output = closing.enter_context(av.open(str(partial), "w", format="matroska"))
        reel: _Reel | None = None
        for film in films:
            with _opened(film) as container:
                streams = _streams(container)
                if reel is None:
                    copies = [_add(output, stream) for stream in streams]
                    reel = _Reel(output, copies, [Fraction(-10)] * len(copies))
                length = _picture_length(film)
                end = reel.at + length
                _copy(container, streams, reel, length)
                parts.append(Part(_ms(reel.at), _ms(end)))
                reel.at = end
    return tuple(parts)


def _add(output: OutputContainer, stream: Stream) -> Stream:
    copy = output.add_stream_from_template(stream)
    for word in {"language", "title"} & stream.metadata.keys():
        copy.metadata[word] = stream.metadata[word]
    return copy


def _copy(container: InputContainer, streams: list[Stream], reel: _Reel, length: Fraction) -> None:
    """Copy one film, whose picture lasts ``length`` seconds."""
    first = True
    for number, packet, pts, dts in _packets(container, streams):
        if number == 0 and first:
            first = False
            if not packet.is_keyframe or pts != 0:
                raise _OddError
        if number > 0:
            if pts > length + _TAIL_S:
                raise _OddError
            if pts < 0 or pts >= length:  # the encoder's run-in, or sound after the last picture
                continue
        moment = reel.at + dts
        if moment <= reel.last[number]:
            raise _OddError
        reel.last[number] = moment
        copy = reel.streams[number]
        packet.stream = copy
        packet.time_base = Fraction(1, 1_000_000)
        packet.pts, packet.dts = round((reel.at + pts) * 1_000_000), round(moment * 1_000_000)
        packet.duration = 0
        reel.container.mux(packet)


def _packets(
    container: InputContainer, streams: list[Stream]
) -> Iterator[tuple[int, Packet[Any], Fraction, Fraction]]:
    """Yield number of the stream, packet, and its times in seconds from the film's beginning."""
    numbers = {stream.index: number for number, stream in enumerate(streams)}
    for packet in container.demux(streams):
        if packet.size == 0:
            continue
        if packet.pts is None or packet.dts is None or packet.time_base is None:
            raise _OddError
        base = packet.time_base
        yield numbers[packet.stream.index], packet, packet.pts * base, packet.dts * base


def _picture_length(film: Path) -> Fraction:
    """Seconds to the end of the last picture; only for films of an even rate."""
    with _opened(film) as container:
        video = _streams(container)[0]
        if not isinstance(video, VideoStream) or not video.average_rate:
            raise _OddError
        times = sorted(pts for _number, _packet, pts, _dts in _packets(container, [video]))
    picture = 1 / Fraction(video.average_rate)
    length = picture * len(times)
    if not times or abs(times[-1] + picture - length) > picture / 2:
        raise _OddError
    return length


def _ms(seconds: Fraction) -> int:
    return round(seconds * 1000)


def _verify(reel: Path, parts: tuple[Part, ...], makes: set[Make | None]) -> None:
    """All are of one make, each begins with a picture that can be sought, and no end is missing."""
    if None in makes or len(makes) > 1:
        raise _OddError
    with av.open(str(reel), options=_OPTIONS) as container:
        begins = {part.begin_ms for part in parts}
        keys = {
            round(packet.pts * packet.time_base * 1000)
            for packet in container.demux(container.streams.video[0])
            if packet.size and packet.is_keyframe and packet.pts is not None and packet.time_base is not None
        }
        missing = [begin for begin in begins if not keys & {begin - 1, begin, begin + 1}]
        long = container.duration is None or abs(container.duration / 1000 - parts[-1].end_ms) > _SLACK_MS
        if missing or long:
            raise _OddError
