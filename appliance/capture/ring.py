"""The ring: the last seconds of encoded packets, in memory only, forgotten by whole groups of pictures."""

from __future__ import annotations

import threading
from collections import deque

from appliance.capture.packet import Packet, Stream

DEFAULT_MOST_BYTES = 96 << 20
"""About a minute at 12 Mbit/s: a Pi with 1 GB can spare that."""


class Ring:
    """Packets in the order they came, in groups that begin with a key frame. Safe to use from any thread.

    Holds at least the last ``keep_us`` and at most one group more, within ``most_bytes``; what would not fit
    is forgotten from the old end, a whole group at a time, because half a group can not be decoded.
    """

    def __init__(self, keep_us: int, most_bytes: int = DEFAULT_MOST_BYTES) -> None:
        """Empty."""
        self._keep_us = keep_us
        self._most_bytes = most_bytes
        self._groups: deque[list[Packet]] = deque()
        self._newest_us = 0
        self._size_bytes = 0
        self._lock = threading.Lock()

    def push(self, packet: Packet) -> None:
        """Keep ``packet``. Before a key frame nothing is kept; time running backwards empties the ring."""
        with self._lock:
            if packet.stream is Stream.VIDEO and packet.key:
                if self._groups and packet.pts_us <= self._groups[-1][0].pts_us:
                    self._clear()
                self._groups.append([])
            elif not self._groups:
                return
            self._groups[-1].append(packet)
            self._size_bytes += len(packet.data)
            if packet.stream is Stream.VIDEO:
                self._newest_us = max(self._newest_us, packet.pts_us)
            self._forget()

    def snapshot(self, from_us: int, until_us: int) -> tuple[Packet, ...]:
        """Return what can be decoded of ``from_us`` to ``until_us``, both included, in the order it came.

        Begins with the last key frame at or before ``from_us``, else with the oldest one there is. Nothing in
        it is seen or heard before that key frame or after ``until_us``. Empty if there is no such key frame.
        """
        with self._lock:
            groups = [packet for group in self._from(from_us) for packet in group]
        if not groups or groups[0].pts_us > until_us:
            return ()
        start_us = groups[0].pts_us
        kept: list[Packet] = []
        for packet in groups:
            if packet.pts_us > until_us:
                if packet.stream is Stream.VIDEO:
                    break  # what follows may need this frame
            elif packet.pts_us >= start_us:
                kept.append(packet)
        return tuple(kept)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._clear()

    @property
    def buffered_us(self) -> int:
        """How far back the ring reaches."""
        with self._lock:
            return self._newest_us - self._groups[0][0].pts_us if self._groups else 0

    @property
    def size_bytes(self) -> int:
        """Bytes held, without Python's own."""
        with self._lock:
            return self._size_bytes

    def _from(self, from_us: int) -> list[list[Packet]]:
        first = 0
        for index, group in enumerate(self._groups):
            if group[0].pts_us > from_us:
                break
            first = index
        return list(self._groups)[first:]

    def _forget(self) -> None:
        oldest_us = self._newest_us - self._keep_us
        while len(self._groups) > 1 and (
            self._groups[1][0].pts_us <= oldest_us or self._size_bytes > self._most_bytes
        ):
            self._size_bytes -= sum(len(packet.data) for packet in self._groups.popleft())
        if self._size_bytes > self._most_bytes:
            self._clear()  # one endless group: begin again at the next key frame

    def _clear(self) -> None:
        self._groups.clear()
        self._size_bytes = 0
        self._newest_us = 0
