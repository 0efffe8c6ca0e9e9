"""The relay: guests' streams on loopback, so that the player itself needs no network.

Each stream of the evening has a port on 127.0.0.1. Whoever connects is given MPEG-TS from the last key frame
on; the source is asked only while somebody is connected. When it is gone, connections are closed.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.stream_source import StreamSource
from appliance.sync.feed import OpenFeed
from appliance.sync.relay_channel import Channel, Patience

_HOST = "127.0.0.1"
_TICK_S = 0.2
_PATIENT = Patience()

_log = logging.getLogger(__name__)


class Relay:
    """One thread for all streams."""

    def __init__(self, port: int, open_feed: OpenFeed, clock: Clock, patience: Patience = _PATIENT) -> None:
        """The first stream is given on ``port``, the next one on the port after it. Nothing runs yet."""
        self._port = port
        self._open_feed = open_feed
        self._clock = clock
        self._patience = patience
        self._channels: list[tuple[socket.socket, Channel]] = []
        self._wanted: tuple[StreamSource, ...] = ()
        self._serving: tuple[StreamSource, ...] = ()
        self._taken: MatineeError | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and every source with it."""
        self._stopping = True
        if self._thread.is_alive():
            self._thread.join(5)

    def serve(self, sources: Sequence[StreamSource]) -> None:
        """These are the streams of tonight, in the order of their ports; from any thread."""
        self._wanted = tuple(sources)

    def faults(self) -> tuple[str, ...]:
        """Sentences: what the player asks for and is not there; from any thread."""
        said = [channel.fault for _, channel in list(self._channels)]
        return tuple(fault.sentence for fault in (*said, self._taken) if fault is not None)

    def _run(self) -> None:
        while not self._stopping:
            if self._serving != self._wanted:
                self._open(self._wanted)
            self._step()
        self._open(())

    def _step(self) -> None:
        """Wait for anybody, a moment at most, and see to all."""
        ears = select.poll()
        for door, channel in self._channels:
            ears.register(door, select.POLLIN)
            if channel.feed is not None:
                ears.register(channel.feed, select.POLLIN)
            for viewer in channel.viewers:
                ears.register(viewer.connection, select.POLLOUT if viewer.waiting else select.POLLIN)
        ready = {number for number, _ in ears.poll(_TICK_S * 1000)}
        now = self._clock.monotonic()
        for door, channel in self._channels:
            if channel.feed is not None and channel.feed.fileno() in ready:
                channel.bring(now)
            for viewer in list(channel.viewers):
                if viewer.connection.fileno() in ready:
                    channel.look_at(viewer)
            if door.fileno() in ready:
                self._admit(door, channel)
            channel.tick(now)

    def _admit(self, door: socket.socket, channel: Channel) -> None:
        with suppress(OSError):  # gone again before it was let in
            connection, _ = door.accept()
            channel.admit(connection)

    def _open(self, sources: tuple[StreamSource, ...]) -> None:
        """Give these and no others; what is given already goes on."""
        if sources and sources == tuple(channel.source for _, channel in self._channels):
            self._serving = sources
            return
        for door, channel in self._channels:
            channel.close()
            door.close()
        self._channels = []
        for place, source in enumerate(sources):
            opened = self._door(self._port + place)
            if opened is None:
                return  # tried again at the next step
            self._channels.append((opened, Channel(source, self._open_feed, self._patience)))
        self._serving, self._taken = sources, None

    def _door(self, port: int) -> socket.socket | None:
        try:
            door = socket.create_server((_HOST, port))
        except OSError as fault:
            if self._taken is None:
                _log.warning("relay can not listen port=%s fault=%s", port, fault)
            self._taken = MatineeError("stream.port_taken", port=port)
            return None
        door.setblocking(False)  # noqa: FBT003 the standard library's own
        return door
