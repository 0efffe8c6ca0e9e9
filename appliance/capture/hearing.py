"""Hearing: what is filmed is listened to on a thread of its own, and the best moments are told."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from appliance.capture.packet import Packet, Stream
from appliance.capture.scoring import ScoredMoment
from appliance.model.capture import Listening, Run

ENOUGH_S = 8.0
"""An ovation is told of after so long, while what led to it is in memory; its rest is the same."""
LATE_S = ENOUGH_S + 4.0
"""How long after it began a moment is told of at the latest, on a box that keeps up."""
MOST_WAITING = 600
"""Twelve seconds of sound. A box that is further behind leaves out what comes."""
_GOODBYE_S = 10.0
"""It may be busy opening. The process must not end while the thread is in OpenCV: that would abort it."""
_NICENESS = 10
"""As for cutting. An idle thread would stop with the interpreter's lock in its hand, and the camera wait."""

_log = logging.getLogger(__name__)


class Sensing(Protocol):
    """Packets in, moments out; on one thread. See ``senses.Senses``."""

    detector: str

    def take(self, packet: Packet) -> ScoredMoment | None:
        """Hear or see one packet; return the moment that is complete with it."""
        ...

    def now(self) -> tuple[tuple[str, float], ...]:
        """How likely each sound was in the last second."""
        ...

    def going_on(self) -> ScoredMoment | None:
        """What is not complete, as far as it has come."""
        ...

    def end(self) -> None:
        """Forget everything: what comes next is another stretch of filming."""
        ...


class Hearing:
    """See ``Ear``. ``push`` on the camera's thread, the rest on the owner thread."""

    def __init__(
        self,
        open_senses: Callable[[], Sensing],
        tell: Callable[[ScoredMoment], None],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """``open_senses`` runs on a thread of its own, ``tell`` on the owner's, within the run."""
        self._open = open_senses
        self._tell = tell
        self._post = post
        self._changed = threading.Condition()
        self._waiting: deque[Packet] = deque()
        self._run = 0
        self._now: Listening | None = None
        self._going_on: ScoredMoment | None = None
        self._dropped = 0
        self._closing = False
        self._thread = threading.Thread(target=self._listen, name="hearing", daemon=True)
        self._thread.start()

    def push(self, packet: Packet) -> None:
        """Let it be heard, or seen if it is a key frame."""
        if packet.stream is Stream.VIDEO and not packet.key:
            return
        with self._changed:
            if self._closing:
                return
            if len(self._waiting) >= MOST_WAITING:
                self._dropped += 1
                return
            self._waiting.append(packet)
            self._changed.notify()

    def began(self, run: Run, began_us: int) -> None:
        """Packets say all that is needed."""

    def proven(self, until_us: int) -> None:
        """Nothing is kept: what is cut is the ring's, which asks."""

    def ended(self, until_us: int) -> None:
        """Forget all that waits, and whatever is still being made of this run."""
        del until_us
        with self._changed:
            self._run += 1
            self._waiting.clear()
            self._now = self._going_on = None
            self._changed.notify()

    def now(self) -> Listening | None:
        """See ``Ear``."""
        return self._now

    def going_on(self) -> ScoredMoment | None:
        """See ``Ear``."""
        return self._going_on

    def close(self) -> None:
        """Hear nothing any more."""
        with self._changed:
            self._closing = True
            self._waiting.clear()
            self._changed.notify()
        self._thread.join(_GOODBYE_S)  # it holds nothing that could be lost

    def _listen(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            self._attend(self._open())
        except Exception:  # noqa: BLE001 the one net below this thread: filming goes on, hands mark as before
            _log.exception("nothing is heard any more")
        with self._changed:
            self._closing = True
            self._waiting.clear()
            self._now = self._going_on = None

    def _attend(self, senses: Sensing) -> None:
        _log.info("listening with %s", senses.detector)
        heard = self._run
        while True:
            with self._changed:
                while not (self._closing or self._run != heard or self._waiting):
                    self._changed.wait()
                if self._closing:
                    return
                run = self._run
                packet = self._waiting.popleft() if self._waiting else None
            if run != heard:
                senses.end()
                heard = run
            if packet is not None:
                self._hear(senses, packet, run)

    def _hear(self, senses: Sensing, packet: Packet, run: int) -> None:
        moment = senses.take(packet)
        now, going_on = senses.now(), senses.going_on()
        with self._changed:
            if self._run == run:
                self._now = Listening(senses.detector, now, self._dropped)
                self._going_on = going_on
        if moment is not None:
            self._post(lambda: self._deliver(run, moment))

    def _deliver(self, run: int, moment: ScoredMoment) -> None:
        """On the owner thread, where runs end: what was heard in another one is forgotten."""
        if run == self._run:
            self._tell(moment)
