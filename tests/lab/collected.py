"""What a camera delivered, kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

from appliance.capture.packet import Packet, Stream


class Collected:
    """A sink that keeps everything and wakes who waits."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.news: list[str] = []
        self._changed = threading.Condition()

    def packet(self, packet: Packet) -> None:
        with self._changed:
            self.packets.append(packet)
            self._changed.notify_all()

    def lost(self, reason: str) -> None:
        self._tell(f"lost: {reason}")

    def returned(self) -> None:
        self._tell("returned")

    def _tell(self, news: str) -> None:
        with self._changed:
            self.news.append(news)
            self._changed.notify_all()

    def wait(self, condition: Callable[[Collected], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), 30), (len(self.packets), self.news)

    def pictures(self) -> list[Packet]:
        return [packet for packet in self.packets if packet.stream is Stream.VIDEO]

    def sounds(self) -> list[Packet]:
        return [packet for packet in self.packets if packet.stream is Stream.AUDIO]
