"""One stream on its way to the player: brought while somebody looks, given to all who look."""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass, field

from appliance.errors import MatineeError
from appliance.model.stream_source import StreamSource
from appliance.sync.feed import Feed, OpenFeed
from appliance.sync.relay_ts import KeyFrames

_MOST_BEHIND = 32 << 20
_MOST_VIEWERS = 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what may take, in seconds."""

    opening_s: float = 20.0
    """Until the first byte; whoever brings it gives up by itself before that."""
    silent_s: float = 4.0
    """Without a byte, once there were some, the source is gone."""
    linger_s: float = 10.0
    """Nobody looks any more: the player may be about to come back."""
    again_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
    """Before each next attempt; the last one for good."""


@dataclass(slots=True)
class Viewer:
    """Somebody who is given the stream, and what waits for them."""

    connection: socket.socket
    waiting: bytearray = field(default_factory=bytearray)
    begun: bool = False
    """Whether they were given a key frame."""

    def give(self, piece: bytes) -> bool:
        """Send what goes; False if they are gone, or hopelessly behind."""
        self.waiting += piece
        try:
            while self.waiting:
                del self.waiting[: self.connection.send(self.waiting)]
        except BlockingIOError:
            return len(self.waiting) <= _MOST_BEHIND
        except OSError:
            return False
        return True


class Channel:
    """Owned by the relay's thread. Time is told to it."""

    def __init__(self, source: StreamSource, open_feed: OpenFeed, patience: Patience) -> None:
        """Nothing is brought before somebody looks."""
        self.source = source
        self._open_feed = open_feed
        self._patience = patience
        self.feed: Feed | None = None
        self.viewers: list[Viewer] = []
        self.fault: MatineeError | None = None
        """Why nothing comes; None while it does, or while nobody wants it."""
        self._frames = KeyFrames()
        self._heard_at = 0.0
        self._silence_s = patience.opening_s
        self._looked_at = float("-inf")
        self._attempts = 0
        self._next_at = float("-inf")

    def admit(self, connection: socket.socket) -> None:
        """Somebody looks. Who is one too many takes the place of the first."""
        connection.setblocking(False)  # noqa: FBT003 the standard library's own
        while len(self.viewers) >= _MOST_VIEWERS:
            self.dismiss(self.viewers[0])
        self.viewers.append(Viewer(connection))
        self._give(b"")

    def dismiss(self, viewer: Viewer) -> None:
        """They are gone."""
        self.viewers.remove(viewer)
        viewer.connection.close()

    def look_at(self, viewer: Viewer) -> None:
        """They can take more, or have hung up. Nothing that they say is listened to."""
        try:
            gone = not viewer.waiting and not viewer.connection.recv(4096)
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        if gone or not viewer.give(b""):
            self.dismiss(viewer)

    def tick(self, now: float) -> None:
        """Begin, give up or end, as time says."""
        if self.viewers:
            self._looked_at = now
        wanted = now - self._looked_at < self._patience.linger_s
        if self.feed is not None and not wanted:
            self._end_feed()
        elif self.feed is not None and now - self._heard_at > self._silence_s:
            self._lose(now, "nothing comes any more")
        elif self.feed is None and wanted and now >= self._next_at:
            self._begin(now)
        if not wanted:
            self.fault, self._attempts, self._next_at = None, 0, float("-inf")

    def bring(self, now: float) -> None:
        """Take in what came, and give it on."""
        if self.feed is None:
            return
        piece = self.feed.read()
        if piece is None:
            return
        if not piece:
            self._lose(now, self.feed.fault)
            return
        self._heard_at, self._silence_s = now, self._patience.silent_s
        whole = self._frames.feed(piece)
        if self._frames.begun:
            if self.fault is not None:
                _log.info("stream is there source=%s", self.source)
            self.fault, self._attempts = None, 0
        self._give(whole)

    def close(self) -> None:
        """End everything."""
        self._end_feed()

    def _begin(self, now: float) -> None:
        try:
            self.feed = self._open_feed(self.source)
        except MatineeError as fault:
            self.fault = fault
            self._wait(now)
        except OSError as fault:  # no memory, or no handles, for one process more
            self.fault = MatineeError("stream.away", source=self.source, fault=fault.strerror or fault)
            self._wait(now)
        else:
            self._heard_at, self._silence_s = now, self._patience.opening_s
            self._frames = KeyFrames()

    def _lose(self, now: float, why: str) -> None:
        """The source is gone: whoever looks is sent away, so that the card stands at once."""
        if self.fault is None:
            _log.warning("stream is not there source=%s fault=%s", self.source, why)
        self.fault = MatineeError("stream.away", source=self.source, fault=why)
        self._end_feed()
        self._wait(now)

    def _wait(self, now: float) -> None:
        waits = self._patience.again_s
        self._next_at = now + waits[min(self._attempts, len(waits) - 1)]
        self._attempts += 1

    def _end_feed(self) -> None:
        if self.feed is not None:
            self.feed.close()
            self.feed = None
        for viewer in list(self.viewers):
            self.dismiss(viewer)

    def _give(self, piece: bytes) -> None:
        for viewer in list(self.viewers):
            gift = piece
            if not viewer.begun:
                gift = self._frames.head if self.feed is not None else b""
                viewer.begun = bool(gift)
            if not viewer.give(gift):
                self.dismiss(viewer)
