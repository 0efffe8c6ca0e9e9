"""The room goes out live, over RTMP or SRT: only what is proven, and never in the way of anything else."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from appliance.capture.packet import Packet, Stream
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.model.capture import Run

_AGAIN_S = 3.0
_MOST_WAITING = 3000
_MOST_BEHIND = 20
"""Half seconds that a slow line may be behind; then it is given up and begun anew at the next key frame."""

_log = logging.getLogger(__name__)


class Line(Protocol):
    """One connection to a receiver."""

    def send(self, packets: Sequence[Packet]) -> None:
        """Send ``packets``; waits for a slow line. ``capture.stream_out_lost`` if it is cut."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Sender:
    """A keeper of runs. ``push`` on the camera's thread, sending on its own, the rest on the owner thread."""

    def __init__(
        self, dial: Callable[[Sequence[Packet]], Line], wanted: Callable[[EventId], bool], clock: Clock
    ) -> None:
        """``dial`` opens a line for what begins with these; ``wanted``: whether an evening goes out."""
        self._dial = dial
        self._wanted = wanted
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: deque[Packet] = deque(maxlen=_MOST_WAITING)
        self._on = False
        self._proven: queue.Queue[list[Packet] | None] = queue.Queue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stream-out", daemon=True)
        self._thread.start()
        self.fault = ""
        """Why nothing goes out though it should: a sentence."""
        self.sending = False

    def push(self, packet: Packet) -> None:
        """Hold it until it is proven."""
        with self._lock:
            self._waiting.append(packet)

    def began(self, run: Run, began_us: int) -> None:
        """Send it, if the evening says so."""
        del began_us
        self._on = self._wanted(run.event)

    def proven(self, until_us: int) -> None:
        """Send what was allowed."""
        taken: list[Packet] = []
        with self._lock:
            while self._waiting and self._waiting[0].pts_us <= until_us:
                taken.append(self._waiting.popleft())
        if self._on and taken and self._proven.qsize() < _MOST_BEHIND:
            self._proven.put(taken)

    def ended(self, until_us: int) -> None:
        """Send the rest that may be sent, then hang up."""
        self.proven(until_us)
        with self._lock:
            self._waiting.clear()
        self._on = False
        self._proven.put(None)

    def close(self) -> None:
        """Hang up now."""
        self._stopping.set()
        self._proven.put(None)
        self._thread.join(5)

    def _run(self) -> None:
        line: Line | None = None
        again_s = 0.0
        while not self._stopping.is_set():
            packets = self._proven.get()
            if packets is None:
                line = self._hang_up(line)
                self.fault, again_s = "", 0.0
                continue
            try:
                if line is None and self._clock.monotonic() >= again_s:
                    begin = _from_key(packets)
                    line = self._dial(begin) if begin else None
                    packets = begin
                if line is not None:
                    line.send(packets)
                    self.sending, self.fault = True, ""
            except MatineeError as fault:
                _log.warning("stream out: %s", fault)
                line, self.fault = self._hang_up(line), fault.sentence
                again_s = self._clock.monotonic() + _AGAIN_S
        self._hang_up(line)

    def _hang_up(self, line: Line | None) -> Line | None:
        self.sending = False
        if line is not None:
            line.close()
        return None


def _from_key(packets: list[Packet]) -> list[Packet]:
    """From the first key frame on; none: a player could begin with nothing of it."""
    for place, packet in enumerate(packets):
        if packet.key and packet.stream is Stream.VIDEO:
            return packets[place:]
    return []
