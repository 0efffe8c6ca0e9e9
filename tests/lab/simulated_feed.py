"""A guest's stream with levers: what comes, that it ends, that it is not there."""

from __future__ import annotations

import errno
import os

from appliance.errors import MatineeError
from appliance.model.stream_source import StreamSource


class SimulatedFeed:
    """A pipe. ``send`` and ``end`` are the levers."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)
        self.closed = False
        self.fault = "it ended"

    def send(self, piece: bytes) -> None:
        os.write(self._in, piece)

    def end(self, fault: str) -> None:
        self.fault = fault
        closing, self._in = self._in, -1  # in this order: the relay closes the rest on its own thread
        os.close(closing)

    def fileno(self) -> int:
        return self._out

    def read(self) -> bytes | None:
        try:
            return os.read(self._out, 1 << 20)
        except BlockingIOError:
            return None

    def close(self) -> None:
        self.closed = True
        os.close(self._out)
        if self._in >= 0:
            os.close(self._in)


class SimulatedGuest:
    """Whoever opens the source is given a feed; ``away`` and ``no_process`` are the levers."""

    def __init__(self) -> None:
        self.feeds: list[SimulatedFeed] = []
        self.away = False
        self.no_process = False

    def open(self, source: StreamSource) -> SimulatedFeed:
        if self.no_process:
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        feed = SimulatedFeed()
        self.feeds.append(feed)
        if self.away:
            feed.close()
            self.feeds.pop()
            raise MatineeError("stream.away", source=source, fault="nobody answers")
        return feed

    @property
    def feed(self) -> SimulatedFeed:
        return self.feeds[-1]
