"""What one libVLC media player says, brought from its threads onto ours.

libVLC's callbacks only enqueue and wake: in one of them stop(), set_media() and release() deadlock.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.clock import Clock
from appliance.player.library_vlc import Library


class Word(StrEnum):
    """What it may say."""

    WINDOW = "MediaPlayerVout"
    TIME = "MediaPlayerTimeChanged"
    PAUSED = "MediaPlayerPaused"
    PLAYING = "MediaPlayerPlaying"
    END = "MediaPlayerEndReached"
    ERROR = "MediaPlayerEncounteredError"


@dataclass(frozen=True, slots=True)
class Heard:
    """A word, and the monotonic second at which it was said."""

    word: Word
    at: float
    time_ms: int = 0


class EventsVlc:
    """The words of ``player`` about the film that is loaded now."""

    def __init__(
        self,
        library: Library,
        player: Any,  # noqa: ANN401 python-vlc has no types
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        """``wake`` is called from libVLC's threads."""
        self._clock = clock
        self._wake = wake
        self._showing = 0
        self._queue: queue.SimpleQueue[tuple[int, Heard]] = queue.SimpleQueue()
        # libVLC keeps only the C pointer: a callback that Python collected is a segmentation fault. The
        # manager holds the pointer's owner, so one manager is kept as long as the player.
        self._manager: Any = player.event_manager()
        for word in Word:
            self._manager.event_attach(getattr(library.vlc.EventType, word.value), self._enqueuer(word))

    def _enqueuer(self, word: Word) -> Callable[[Any], None]:
        def enqueue(event: Any) -> None:  # noqa: ANN401 python-vlc has no types
            time_ms = event.u.new_time if word is Word.TIME else 0
            self._queue.put((self._showing, Heard(word, self._clock.monotonic(), time_ms)))
            if word is not Word.TIME:
                self._wake()

        return enqueue

    def begin(self) -> None:
        """Another film, or none: what is said from here on is about that."""
        self._showing += 1

    def take(self) -> Iterator[Heard]:
        """What was said of the present film since."""
        while not self._queue.empty():
            showing, heard = self._queue.get()
            if showing == self._showing:
                yield heard

    def forget(self, *words: Word) -> None:
        """Drop ``words`` that were not taken yet: they were said before what was just done."""
        kept = []
        while not self._queue.empty():
            heard = self._queue.get()
            if heard[1].word not in words:
                kept.append(heard)
        for heard in kept:
            self._queue.put(heard)
