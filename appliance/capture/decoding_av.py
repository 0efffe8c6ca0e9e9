"""Sound and small pictures out of films and packets, by FFmpeg: what listening and looking are fed with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from appliance.capture.adts import config_of, without_header
from appliance.capture.listening.log_mel import RATE_HZ, Samples
from appliance.capture.looking.sight import Picture
from appliance.capture.packet import Packet
from appliance.errors import MatineeError

_WIDE = 480
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Sound:
    """A block of mono 16 kHz sound."""

    samples: Samples
    from_s: float


def sound_of(path: Path) -> Iterator[Sound]:
    """Yield the first sound of a file from its beginning; ``listening.bad_sound`` if there is none."""
    try:
        with av.open(str(path), metadata_errors="ignore") as film:
            resampler = _resampler()
            given = 0
            for frame in film.decode(audio=0):
                for block in resampler.resample(frame):
                    samples = _samples(block)
                    yield Sound(samples, given / RATE_HZ)
                    given += len(samples)
    except (OSError, ValueError) as fault:  # av.FFmpegError is one or the other, or both
        raise MatineeError("listening.bad_sound", path=path, fault=fault) from fault
    except IndexError as fault:
        raise MatineeError("listening.bad_sound", path=path, fault="it has no sound") from fault


class PacketDecoder:
    """Decodes our packets (ADTS AAC, Annex B H.264) one by one. One that is broken is left out."""

    def __init__(self) -> None:
        self._audio: av.AudioCodecContext | None = None
        self._resampler = _resampler()
        self._config = b""

    def sound(self, packet: Packet) -> tuple[Sound, ...]:
        """Return what ``packet`` sounds like, on the packets' clock; nothing yet, or nothing at all."""
        config = config_of(packet.data)
        if self._audio is None or config != self._config:
            decoder = av.CodecContext.create("aac", "r")
            decoder.extradata = self._config = config
            self._audio, self._resampler = decoder, _resampler()
        try:
            frames = self._audio.decode(av.Packet(without_header(packet.data)))
            blocks = [_samples(one) for frame in frames for one in self._resampler.resample(frame)]
        except (OSError, ValueError):
            self._audio = None
            return ()
        samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
        return (Sound(samples, packet.pts_us / _SECOND_US),) if len(samples) else ()

    def picture(self, packet: Packet) -> Picture | None:
        """Return the picture of a key frame, at most 480 wide; None if it can not be decoded.

        Only key frames: one a second costs hardly anything, and none needs another.
        """
        try:
            decoder = av.CodecContext.create("h264", "r")
            frames = [*decoder.decode(av.Packet(packet.data)), *decoder.decode(None)]
            return next(map(small, frames), None)
        except (OSError, ValueError):
            return None


def small(frame: av.VideoFrame) -> Picture:
    """Return the frame as RGB, at most 480 wide."""
    share = min(1.0, _WIDE / frame.width)
    width, height = max(2, round(frame.width * share)), max(2, round(frame.height * share))
    return np.asarray(frame.reformat(width, height, "rgb24").to_ndarray(), np.uint8)


def _resampler() -> av.AudioResampler:
    return av.AudioResampler("flt", "mono", RATE_HZ)


def _samples(frame: av.AudioFrame) -> Samples:
    return np.asarray(frame.to_ndarray()[0], np.float32)
