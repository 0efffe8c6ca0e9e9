"""A camera, or a microphone, with levers: a picture (or a sound) when told, lost when told."""

from __future__ import annotations

from appliance.capture.camera import Sink
from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock


class SimulatedCamera:
    """Delivers on the caller's thread; every picture is a key frame."""

    def __init__(self, clock: Clock, stream: Stream = Stream.VIDEO, name: str = "simulated") -> None:
        self.name = name
        self._clock = clock
        self._stream = stream
        self._sink: Sink | None = None
        self.started = 0
        self.silent = False
        """Delivers nothing and says nothing, until it is started again."""
        self.broken = ""
        """Why it can not be opened; empty: it can."""

    @property
    def running(self) -> bool:
        return self._sink is not None

    def start(self, sink: Sink) -> None:
        self.started += 1
        self.silent = False
        if self.broken:
            sink.lost(self.broken)
        else:
            self._sink = sink

    def stop(self) -> None:
        self._sink = None

    def shoot(self) -> None:
        """Take a picture now, if somebody films."""
        if self._sink is not None and not self.silent:
            now_us = round(self._clock.monotonic() * 1_000_000)
            taken = str(now_us).encode("ascii")  # the picture is of a clock: films on paper keep it
            self._sink.packet(Packet(taken, now_us, key=True, stream=self._stream, dts_us=now_us))

    def lose(self, reason: str = "The cable is out.") -> None:
        if self._sink is not None:
            self._sink.lost(reason)

    def find(self) -> None:
        if self._sink is not None:
            self._sink.returned()
