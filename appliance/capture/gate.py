"""The gate: the one door between a camera and whatever keeps packets, watched by the interlock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.capture.interlock import Interlock
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock


@dataclass(frozen=True, slots=True)
class Began:
    """The first key frame since the gate was opened for the ``opening``-th time has passed."""

    opening: int
    pts_us: int


@dataclass(frozen=True, slots=True)
class Expired:
    """A packet came after the leave had ended: it was dropped and the gate is shut."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The camera gives no picture. ``reason`` is a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The camera gives pictures again."""


CameraEvent = Began | Expired | Lost | Returned


class Keeper(Protocol):
    """What keeps packets: the ring, segments, a listener. It never waits."""

    def push(self, packet: Packet) -> None:
        """Keep ``packet``; the first one is a video key frame."""
        ...


class Gate:
    """A camera's sink. The owner opens and shuts it; once shut it stays shut until it is opened."""

    def __init__(
        self,
        keepers: Sequence[Keeper],
        clock: Clock,
        tell: Callable[[CameraEvent], None],
        begins_with: Stream = Stream.VIDEO,
    ) -> None:
        """``tell`` is called on the camera's thread: it must only enqueue.

        ``begins_with`` sound: a microphone's gate, which no picture passes.
        """
        self._begins_with = begins_with
        self._keepers = tuple(keepers)
        self._clock = clock
        self._tell = tell
        self._interlock = Interlock()
        self._opening = 0
        self._open = False
        self._flowing = False
        self._picture_s = 0.0
        self._lock = threading.Lock()

    def open(self, interlock: Interlock) -> int:
        """Let packets in, from now, while ``interlock`` allows it; return how often it was opened."""
        with self._lock:
            self._interlock = interlock
            self._open = True
            self._flowing = False
            self._opening += 1
            return self._opening

    def renew(self, interlock: Interlock) -> None:
        """Take the show's newer word. Does not open a gate that is shut."""
        with self._lock:
            self._interlock = interlock

    def shut(self) -> None:
        """Let nothing in. When this returns, no packet is on its way in."""
        with self._lock:
            self._open = False

    @property
    def is_open(self) -> bool:
        """Whether a packet would be let in now."""
        with self._lock:
            return self._open and self._interlock.may_film(self._clock.monotonic())

    @property
    def picture_s(self) -> float:
        """When a picture (of a microphone: sound) came last, let in or not, by the monotonic clock."""
        return self._picture_s

    def packet(self, packet: Packet) -> None:
        """Keep ``packet`` if the house may be filmed now, and was allowed to be when it was taken."""
        if packet.stream is self._begins_with:
            self._picture_s = self._clock.monotonic()
        event = self._pass(packet)
        if event is not None:
            self._tell(event)

    def lend(self, packet: Packet) -> None:
        """Keep sound that another camera's gate let in, beside this one's pictures; before one, it is not."""
        with self._lock:
            allowed = self._open and self._interlock.may_film(self._clock.monotonic())
            if allowed and self._flowing and packet.pts_us >= self._interlock.since_s * 1_000_000:
                for keeper in self._keepers:
                    keeper.push(packet)

    def lost(self, reason: str) -> None:
        """Pass it on to the owner."""
        self._tell(Lost(reason))

    def returned(self) -> None:
        """Pass it on to the owner."""
        self._tell(Returned())

    def _pass(self, packet: Packet) -> CameraEvent | None:
        with self._lock:
            if not self._open:
                return None
            if not self._interlock.may_film(self._clock.monotonic()):
                self._open = False
                return Expired()
            if packet.pts_us < self._interlock.since_s * 1_000_000:
                return None
            if self._begins_with is Stream.AUDIO and packet.stream is not Stream.AUDIO:
                return None
            begins = not self._flowing
            if begins and not (packet.key and packet.stream is self._begins_with):
                return None
            self._flowing = True
            for keeper in self._keepers:
                keeper.push(packet)
            return Began(self._opening, packet.pts_us) if begins else None
