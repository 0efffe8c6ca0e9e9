"""Where in a transport stream (ISO 13818-1) one may begin to look: at a key frame, after its tables. Pure."""

from __future__ import annotations

PACKET_BYTES = 188
VIDEO_PID = 0x100
"""The packet identifier under which the relay's pictures come: the relay itself says so to the muxer."""

_SYNC = 0x47
_PAT_PID = 0
_HAS_ADAPTATION = 0x20
_RANDOM_ACCESS = 0x40
_MOST_BYTES = 16 << 20
"""Of one group of pictures; longer ones are not kept, and who comes late waits for the next."""


class KeyFrames:
    """Cuts what comes into whole packets, and keeps those since the last key frame."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._rest = b""
        self._tables = bytearray()
        self._head = bytearray()

    @property
    def begun(self) -> bool:
        """Whether there is a key frame to begin at; unlike ``head`` it copies nothing."""
        return bool(self._head)

    @property
    def head(self) -> bytes:
        """From the tables before the last key frame on; empty until the first one came."""
        return bytes(self._head)

    def feed(self, piece: bytes) -> bytes:
        """Take in the next bytes; return the whole packets that they complete."""
        stream = self._rest + piece
        begin = _first_packet(stream)
        whole = begin + (len(stream) - begin) // PACKET_BYTES * PACKET_BYTES
        self._rest = stream[whole:]
        for at in range(begin, whole, PACKET_BYTES):
            self._take(stream[at : at + PACKET_BYTES])
        return stream[begin:whole]

    def _take(self, packet: bytes) -> None:
        pid = (packet[1] & 0x1F) << 8 | packet[2]
        if pid == _PAT_PID:
            self._tables.clear()
        self._tables += packet
        if pid == VIDEO_PID and _begins_at_key_frame(packet):
            self._head = bytearray(self._tables)
        elif self._head:
            self._head += packet
        for kept in (self._head, self._tables):
            if len(kept) > _MOST_BYTES:
                kept.clear()


def _begins_at_key_frame(packet: bytes) -> bool:
    return bool(packet[3] & _HAS_ADAPTATION and packet[4] and packet[5] & _RANDOM_ACCESS)


def _first_packet(stream: bytes) -> int:
    """Where the first packet begins: normally at once."""
    if not stream or stream[0] == _SYNC:
        return 0
    found = stream.find(_SYNC)
    return len(stream) if found < 0 else found
