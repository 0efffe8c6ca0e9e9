"""The decode trial: some seconds from the middle of a film, pictures and sound, as fast as they go."""

from __future__ import annotations

import time
from typing import BinaryIO

import av
import av.error

from appliance.errors import MatineeError
from cache.probe import Trial
from cache.probe_av import in_words, opened
from cache.probe_packets_av import packets

_PLACE = 0.4
"""Titles are over, credits have not begun."""


def decode_trial(source: BinaryIO, name: str, seconds: float) -> Trial:
    """Decode up to ``seconds`` of film; end early once that took twice as long.

    ``media.not_a_film`` if none of it decodes.
    """
    try:
        with opened(source) as container:
            video = container.streams.video[0]
            video.thread_type = "AUTO"
            sounds = container.streams.audio[:1]
            length_s = (container.duration or 0) / av.time_base
            if length_s > 2 * seconds:
                container.seek(round(length_s * _PLACE * av.time_base))
            return _run(container, [video, *sounds], seconds)
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as fault:
        raise MatineeError("media.not_a_film", name=name, reason=in_words(fault)) from fault


def _run(container: av.container.InputContainer, streams: list[av.stream.Stream], seconds: float) -> Trial:
    began = time.monotonic()
    first_s, last_s, pictures = None, 0.0, 0
    for frame in (frame for packet in packets(container, streams) for frame in packet.decode()):
        if not isinstance(frame, av.VideoFrame) or frame.time is None:
            continue
        pictures += 1
        first_s = frame.time if first_s is None else first_s
        last_s = max(last_s, frame.time)
        if last_s - first_s >= seconds or time.monotonic() - began > 2 * seconds:
            break
    took_s = time.monotonic() - began
    if first_s is None:
        raise ValueError(pictures)
    return Trial(last_s - first_s, took_s, pictures)
