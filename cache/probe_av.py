"""Probing with FFmpeg's libraries through PyAV: the container is read and the first pictures are decoded.

Run it in a child process only (`cache.probe_sandbox`) on files that strangers made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from appliance.errors import MatineeError
from cache.probe import AudioRole, AudioTrack, FilmFacts, SubtitleTrack, Transfer
from cache.probe_loudness import gain_db
from cache.probe_packets_av import packets
from cache.probe_scan_av import Scan, damaged_places, scan

_FORMATS = "mov,mp4,matroska,webm,mpegts,avi,ogg,mpeg,asf,flv,mxf"
"""Containers of films. Playlists and concat scripts could point at the network: they are not among them."""
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}

_FIRST_PICTURES = 8
"""Enough to see whether they are woven of two fields."""
_MOST_PIXELS = 16384 * 8704
"""Larger pictures exist only in files that mean harm."""
_TRANSFERS = {16: Transfer.PQ, 18: Transfer.HLG}
"""ISO/IEC 23091-2, transfer characteristics."""
_LONGEST_MS = 24 * 3600 * 1000

Progress = Callable[[float], None]
"""Told from 0 to 1."""


def _silent(_: float) -> None:
    pass


class AvProbe:
    """Looks inside this process: for files of our own, and for the child that `SandboxedProbe` starts."""

    def film(self, path: Path, name: str) -> FilmFacts:
        """See `Probe.film`."""
        try:
            with path.open("rb") as source:
                return look(source, name, whole=True)
        except OSError as fault:
            raise _not_a_film(name, fault.strerror or "it can not be read") from fault


def look(source: BinaryIO, name: str, *, whole: bool, progress: Progress = _silent) -> FilmFacts:
    """Return the facts of a film whose first picture decodes; ``media.not_a_film`` otherwise.

    ``whole``: read it to its end, for loudness, key pictures and damage; else only its beginning.
    """
    try:
        with opened(source) as container:
            video, picture, woven = _first_pictures(container, name)
            facts = _facts(container, video, picture, interlaced=woven)
            number = video.index
        if not whole:
            return facts
        # Anew, not by a seek: a film that was cut short can not always be wound back.
        with opened(source) as container:
            video = cast("VideoStream", container.streams[number])
            found = scan(container, video, _main_sound(container), facts, progress)
            return _with_scan(facts, found, damaged_places(container, video, facts.duration_ms))
    except (av.error.FFmpegError, OSError, ValueError, OverflowError, MemoryError) as fault:
        raise _not_a_film(name, in_words(fault)) from fault


def in_words(fault: Exception) -> str:
    """What FFmpeg says of a file, for people."""
    # FFmpeg's demuxers return a plain -1 here and there, which reads as "operation not permitted".
    if isinstance(
        fault, av.error.InvalidDataError | av.error.DemuxerNotFoundError | av.error.PermissionError
    ):
        return "it is no film, or it is damaged"
    if isinstance(fault, av.error.ArgumentError):
        return "it is of a kind that is no film here"
    if isinstance(fault, av.error.EOFError):
        return "it ends before the first picture"
    if isinstance(fault, av.error.PatchWelcomeError):
        return "it is made in a way that nobody can read yet"
    if isinstance(fault, MemoryError | av.error.MemoryError):
        return "reading it takes more memory than any film should"
    return str(getattr(fault, "strerror", None) or "it can not be read").lower()


def opened(source: BinaryIO) -> InputContainer:
    """Open a container from its beginning, whatever has been read of it."""
    source.seek(0)
    # metadata_errors: titles in a wrong encoding are no reason to refuse a film
    return av.open(source, "r", options=_OPTIONS, metadata_errors="replace")


def _first_pictures(container: InputContainer, name: str) -> tuple[VideoStream, VideoFrame, bool]:
    videos = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not videos:
        raise _not_a_film(name, "there is no picture in it")
    video = videos[0]
    context = video.codec_context
    if context.width * context.height > _MOST_PIXELS:
        raise _not_a_film(name, f"its picture would be {context.width}x{context.height}")
    if not _length_ms(container, video):
        raise _not_a_film(name, "its length is unknown")
    context.thread_count = 1
    decoded = (frame for packet in packets(container, [video]) for frame in packet.decode())
    pictures = [frame for frame in islice(decoded, _FIRST_PICTURES) if isinstance(frame, VideoFrame)]
    if not pictures:
        raise _not_a_film(name, "no picture of it can be decoded")
    woven = sum(picture.interlaced_frame for picture in pictures)
    return video, pictures[0], 2 * woven > len(pictures)


def _facts(
    container: InputContainer, video: VideoStream, picture: VideoFrame, *, interlaced: bool
) -> FilmFacts:
    context = video.codec_context
    sounds = [stream for stream in container.streams.audio if _is_known(stream)]
    main = _main_sound(container)
    components = picture.format.components
    aspect = video.sample_aspect_ratio
    return FilmFacts(
        duration_ms=_length_ms(container, video),
        video_codec=_codec_name(video),
        width=picture.width,
        height=picture.height,
        fps=_rate(video),
        audio_codec=_codec_name(main) if main is not None else "",
        container=container.format.name,
        profile=str(context.profile or ""),
        pixel_format=picture.format.name,
        bit_depth=max((component.bits for component in components), default=8),
        transfer=_TRANSFERS.get(int(picture.color_trc or 0), Transfer.SDR),
        rotation_degrees=round(-picture.rotation / 90) * 90 % 360,
        sample_aspect=float(aspect) if aspect else 1.0,
        interlaced=interlaced,
        bitrate_kbps=int(container.bit_rate or 0) // 1000,
        audio_tracks=tuple(_audio_track(stream) for stream in sounds),
        subtitle_tracks=tuple(
            SubtitleTrack(_codec_name(stream), _language(stream), _title(stream))
            for stream in container.streams.subtitles
        ),
    )


def _with_scan(facts: FilmFacts, found: Scan, damaged_ms: tuple[int, ...]) -> FilmFacts:
    return replace(
        facts,
        fps=facts.fps or found.fps,
        variable_rate=found.variable_rate,
        keyframe_ms=found.keyframe_ms,
        bitrate_kbps=facts.bitrate_kbps or found.bitrate_kbps,
        loudness=found.loudness,
        gain_db=gain_db(found.loudness),
        ends_at_ms=found.ends_at_ms,
        damaged_ms=damaged_ms,
    )


def _length_ms(container: InputContainer, video: VideoStream) -> int:
    """The container's word, else the picture's; 0 if neither is one."""
    if container.duration is not None and container.duration > 0:
        length_ms = round(container.duration * 1000 / av.time_base)
    elif video.duration and video.time_base:
        length_ms = round(video.duration * video.time_base * 1000)
    else:
        return 0
    return length_ms if 0 < length_ms <= _LONGEST_MS else 0


def _rate(video: VideoStream) -> float:
    rate = video.average_rate or video.guessed_rate or video.base_rate
    return round(float(rate), 3) if rate else 0.0


def _main_sound(container: InputContainer) -> AudioStream | None:
    """The track that plays when nobody chooses: the default one, else the first that is no description."""
    sounds = [stream for stream in container.streams.audio if _is_known(stream)]
    mains = [stream for stream in sounds if _role(stream) is AudioRole.MAIN] or sounds
    chosen = [stream for stream in mains if stream.disposition & Disposition.default] or mains
    return chosen[0] if chosen else None


def _audio_track(stream: AudioStream) -> AudioTrack:
    channels = stream.codec_context.channels
    return AudioTrack(_codec_name(stream), channels, _language(stream), _role(stream), _title(stream))


def _role(stream: AudioStream) -> AudioRole:
    if stream.disposition & (Disposition.visual_impaired | Disposition.descriptions):
        return AudioRole.DESCRIPTION
    title = _title(stream).lower()
    if "audio description" in title or "descriptive" in title or "audiodeskription" in title:
        return AudioRole.DESCRIPTION
    if stream.disposition & Disposition.comment or "commentary" in title:
        return AudioRole.COMMENTARY
    return AudioRole.MAIN


def _language(stream: av.stream.Stream) -> str:
    language = str(stream.metadata.get("language", ""))
    return "" if language == "und" else language[:35]


def _title(stream: av.stream.Stream) -> str:
    return str(stream.metadata.get("title") or stream.metadata.get("handler_name") or "")[:100]


def _codec_name(stream: av.stream.Stream) -> str:
    """``av1``, whichever decoder stands for it; empty if none does."""
    return str(stream.codec_context.codec.canonical_name) if _is_known(stream) else ""


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic) or not _is_known(stream)


def _is_known(stream: av.stream.Stream) -> bool:
    """Whether FFmpeg has a decoder for it; PyAV's types promise one always."""
    return getattr(stream, "codec_context", None) is not None


def _not_a_film(name: str, reason: str) -> MatineeError:
    return MatineeError("media.not_a_film", name=name, reason=reason[:1].lower() + reason[1:])
