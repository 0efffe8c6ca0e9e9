"""What films the house. Calls go down; packets, and the camera's comings and goings, come up to a sink."""

from __future__ import annotations

from typing import Protocol

from appliance.capture.packet import Packet


class Sink(Protocol):
    """Where a camera delivers. Called on the camera's own thread: a sink never waits."""

    def packet(self, packet: Packet) -> None:
        """One packet, in decoding order, soon after it was taken."""
        ...

    def lost(self, reason: str) -> None:
        """No picture comes until ``returned``. ``reason`` is a sentence. Said once for each loss."""
        ...

    def returned(self) -> None:
        """Pictures come again."""
        ...


class Camera(Protocol):
    """One camera. Start and stop on the owner thread.

    A lost camera may come back by itself while started. One that does not, or that falls silent without a
    word, is stopped and started again by ``Filming``, each three seconds: starting again has to work.
    """

    @property
    def name(self) -> str:
        """What the operator reads; empty: there is no camera."""
        ...

    def start(self, sink: Sink) -> None:
        """Film into ``sink``. The first packets are a key frame's. Faults come as ``lost``, not from here."""
        ...

    def stop(self) -> None:
        """Stop filming; when this returns nothing more reaches the sink. Not started: does nothing."""
        ...
