"""Packets become one head and then a piece of fragmented MP4 for each group of pictures (PyAV)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.capture.adts import config_of, without_header
from appliance.capture.cut_av import add_stream, raw_packet, told
from appliance.capture.film_libraries import av
from appliance.capture.packet import Packet, Stream

_OPTIONS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
_HEAD = 8
_OF_THE_HEAD = frozenset({b"ftyp", b"moov"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A group of pictures and its sound, which plays behind the head."""

    content: bytes
    duration_ms: int


class Pieces:
    """One stream of pieces, of one run. Use it from one thread."""

    def __init__(self, first: Sequence[Packet]) -> None:
        """``first`` begins with a key frame, and says what streams there are."""
        self._start_us = first[0].pts_us
        self._keys: deque[int] = deque()
        self._out = _Gathered()
        with told():
            self._film = av.open(self._out, "w", format="mp4", options=_OPTIONS)
            self._streams = {stream: add_stream(self._film, first, stream) for stream in Stream}
        heard = next((packet for packet in first if packet.stream is Stream.AUDIO), None)
        target = self._streams[Stream.AUDIO]
        if heard is not None and isinstance(target, av.AudioStream):
            target.codec_context.extradata = config_of(heard.data)
        self.head = b""
        """What a player needs before the first piece; empty until there is one."""

    def write(self, packets: Sequence[Packet]) -> list[Piece]:
        """Take ``packets`` in decoding order; return what became whole."""
        made: list[Piece] = []
        for packet in packets:
            target = self._streams[packet.stream]
            if target is None or packet.pts_us < self._start_us:
                continue
            with told():
                self._film.mux_one(raw_packet(_as_in_mp4(packet), target, self._start_us))
            if packet.key and packet.stream is Stream.VIDEO:
                self._keys.append(packet.pts_us)
            made += self._whole()
        return made

    def _whole(self) -> list[Piece]:
        """What the muxer let go of: it waits for the sound of a group, and ends one at each key frame."""
        made = []
        head, bodies = self._out.take()
        self.head += head
        for body in bodies:
            begun_us = self._keys.popleft()
            made.append(Piece(body, (self._keys[0] - begun_us) // 1000))
        return made


def _as_in_mp4(packet: Packet) -> Packet:
    return replace(packet, data=without_header(packet.data)) if packet.stream is Stream.AUDIO else packet


class _Gathered:
    """What PyAV writes into: it can not seek."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, written: bytes) -> int:
        self._bytes += written
        return len(written)

    def take(self) -> tuple[bytes, list[bytes]]:
        """Whole boxes since the last time: those of the head, and each piece: what is known of it, and it."""
        head, bodies, at, begun = bytearray(), [], 0, 0
        while at + _HEAD <= len(self._bytes):
            size = int.from_bytes(self._bytes[at : at + 4], "big")
            if size < _HEAD or at + size > len(self._bytes):
                break
            kind = bytes(self._bytes[at + 4 : at + _HEAD])
            at += size
            if kind in _OF_THE_HEAD:
                head += self._bytes[begun:at]
                begun = at
            elif kind == b"mdat":
                bodies.append(bytes(self._bytes[begun:at]))
                begun = at
        del self._bytes[:begun]
        return bytes(head), bodies
