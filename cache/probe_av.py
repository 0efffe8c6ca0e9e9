"""Probing with FFmpeg's libraries through PyAV: the container is read and the first picture decoded."""

from __future__ import annotations

from pathlib import Path

import av
import av.error
from av.video.stream import VideoStream

from appliance.errors import MatineeError
from cache.probe import FilmFacts

_FORMATS = "mov,mp4,matroska,webm,mpegts,avi,ogg,mpeg,asf,flv"
"""Containers of films. Playlists and concat scripts could point at the network: they are not among them."""


class AvProbe:
    """The probe of every box."""

    def film(self, path: Path, name: str) -> FilmFacts:
        """Return the facts of a film whose first picture decodes; ``media.not_a_film`` otherwise."""
        try:
            options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
            with av.open(str(path), options=options, metadata_errors="replace") as container:
                return _facts(container, name)
        except (av.error.FFmpegError, OSError) as fault:
            reason = fault.strerror or "it can not be read"
            raise MatineeError("media.not_a_film", name=name, reason=reason.lower()) from fault


def _facts(container: av.container.InputContainer, name: str) -> FilmFacts:
    videos = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not videos:
        raise MatineeError("media.not_a_film", name=name, reason="there is no picture in it")
    video = videos[0]
    if container.duration is None or container.duration <= 0:
        raise MatineeError("media.not_a_film", name=name, reason="its length is unknown")
    picture = next(container.decode(video), None)
    if picture is None:
        raise MatineeError("media.not_a_film", name=name, reason="no picture of it can be decoded")
    audio = next(iter(container.streams.audio), None)
    return FilmFacts(
        duration_ms=round(container.duration * 1000 / av.time_base),
        video_codec=video.codec_context.name,
        width=picture.width,
        height=picture.height,
        fps=float(video.average_rate or 0),
        audio_codec=audio.codec_context.name if audio is not None else "",
    )


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)
