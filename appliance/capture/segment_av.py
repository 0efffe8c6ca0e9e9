"""Segments as fragmented MP4 through PyAV: whatever was flushed plays, though nobody ever closed the file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from appliance.capture.adts import config_of, without_header
from appliance.capture.cut_av import add_stream, raw_packet, told
from appliance.capture.film_libraries import av
from appliance.capture.packet import Packet, Stream

_OPTIONS = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": "250000",
    "flush_packets": "1",
}
_MODE = 0o640


class AvSegmentMaker:
    """Opens segments."""

    def begin(self, path: Path, first: Sequence[Packet]) -> AvSegment:
        """Write the head of a film at ``path``; nobody else may read it."""
        return AvSegment(path, first)


class AvSegment:
    """One film, written through a handle of our own so that it can be flushed."""

    def __init__(self, path: Path, first: Sequence[Packet]) -> None:
        """``first`` begins with a key frame, and says what streams there are."""
        self._start_us = first[0].pts_us
        self._file = path.open("xb", buffering=0)
        os.fchmod(self._file.fileno(), _MODE)
        with told():
            self._film = av.open(_OnlyForward(self._file.fileno()), "w", format="mp4", options=_OPTIONS)
            self._streams = {stream: add_stream(self._film, first, stream) for stream in Stream}
            self._describe_sound(first)

    def write(self, packets: Sequence[Packet]) -> None:
        """Mux them; sound of before the first picture, and of a stream that began later, is left out."""
        with told():
            for packet in packets:
                target = self._streams[packet.stream]
                if target is not None and packet.pts_us >= self._start_us:
                    self._film.mux_one(raw_packet(_as_in_mp4(packet), target, self._start_us))

    def flush(self) -> None:
        """What the muxer has let go of is on the card: all but the last quarter of a second."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Write the last fragment and flush."""
        try:
            with told():
                self._film.close()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def _describe_sound(self, first: Sequence[Packet]) -> None:
        """The head is written before any packet, so it can not learn this from the first one."""
        heard = next((packet for packet in first if packet.stream is Stream.AUDIO), None)
        target = self._streams[Stream.AUDIO]
        if heard is not None and isinstance(target, av.AudioStream):
            target.codec_context.extradata = config_of(heard.data)


def _as_in_mp4(packet: Packet) -> Packet:
    return replace(packet, data=without_header(packet.data)) if packet.stream is Stream.AUDIO else packet


class _OnlyForward:
    """What PyAV writes into: it can not seek, so the muxer never goes back to change what is safe."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, written: bytes) -> int:
        left = memoryview(written)
        while left:
            left = left[os.write(self._handle, left) :]
        return len(written)
