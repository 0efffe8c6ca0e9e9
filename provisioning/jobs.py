"""Long work, one at a time, on a thread of its own: seen, stopped at a word, taken up after a kill.

What was asked for stands in one small file until the work has ended. Whoever starts after a kill finds it
there and does it again: the work itself leaves out what is done already.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import msgspec

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.sync.progress import Coming, Meter
from cache.durable import card_fault, write_whole

_MOST_LINES = 200
_STOP_S = 3.0
_log = logging.getLogger(__name__)


class Ask(msgspec.Struct, frozen=True):
    """What somebody asked for; all that is needed to do it again."""

    kind: str
    title: str
    """In words: "Publish Harbour Lights"."""
    subject: str
    """Of which event, or film."""
    more: dict[str, str] = {}


class End(StrEnum):
    """How it ended, if it has."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """The work as pages show it."""

    ask: Ask
    end: End = End.RUNNING
    lines: tuple[str, ...] = ()
    """What was done so far, oldest first."""
    share: float | None = None
    """Of the present step, 0 to 1, where that is known."""
    sentence: str = ""
    """What came of it, or why it failed."""
    again: bool = False
    """It was taken up after the program had ended in the middle of it."""
    coming: Coming = field(default_factory=Coming)
    """Bytes of the present file."""


class StoppedError(Exception):
    """Somebody stopped the work."""


class Hand:
    """What the work tells, and by what it learns that it shall stop."""

    def __init__(self, change: Callable[[Callable[[Job], Job]], None], meter: Meter) -> None:
        """``change`` replaces the job that pages see."""
        self.stop = threading.Event()
        self.meter = meter
        self._change = change

    def say(self, words: str) -> None:
        """A new step begins; ``StoppedError`` if somebody stopped the work."""
        self.check()
        self.meter.begin(words)
        self._change(lambda job: replace(job, lines=(*job.lines, words)[-_MOST_LINES:], share=None))

    def way(self, done: int, size: int) -> None:
        """So many bytes of the present file are done; ``StoppedError``."""
        self.check()
        self.meter.tell(done, size)

    def share(self, share: float) -> None:
        """So much of the present step is done; ``StoppedError``."""
        self.check()
        self._change(lambda job: replace(job, share=share))

    def check(self) -> None:
        """Raise ``StoppedError`` if somebody stopped the work."""
        if self.stop.is_set():
            raise StoppedError


Work = Callable[[Ask, Hand], str]
"""Does it, and returns what came of it in one sentence."""

_decoder = msgspec.json.Decoder(Ask)


class Jobs:
    """Safe to use from any thread."""

    def __init__(self, note: Path, works: Mapping[str, Work], clock: Clock) -> None:
        """``note`` is where the ask is written down; ``works`` by their kind."""
        self._note = note
        self._works = works
        self._lock = threading.Lock()
        self._meter = Meter(clock)
        self._job: Job | None = None
        self._hand: Hand | None = None
        self._thread: threading.Thread | None = None
        self._leaving = False
        self._starting = threading.Lock()

    def resume(self) -> None:
        """Take up what a kill has cut off, if anything."""
        try:
            ask = _decoder.decode(self._note.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError):
            self._note.unlink(missing_ok=True)
            return
        if ask.kind in self._works:
            self._start(Job(ask, again=True))

    def start(self, ask: Ask) -> None:
        """Begin; ``organiser.busy`` while other work runs, ``media.no_room`` if it can not be noted."""
        with self._starting:  # of two quick presses one begins
            with self._lock:
                now = self._job
            if now is not None and now.end is End.RUNNING:
                raise MatineeError("organiser.busy", title=now.ask.title)
            try:
                write_whole(self._note, msgspec.json.encode(ask), 0o600)
            except OSError as fault:
                raise card_fault(ask.title, fault) from fault
            self._start(Job(ask))

    def stop(self) -> None:
        """Ask the work to stop; what it had half done is cleared by itself."""
        with self._lock:
            if self._hand is not None:
                self._hand.stop.set()

    def leave(self) -> None:
        """The program ends: stop, but keep the note, so that the next start goes on."""
        self._leaving = True
        self.stop()
        if self._thread is not None:
            self._thread.join(_STOP_S)

    def now(self) -> Job | None:
        """The work that runs, or the last one until it is dismissed."""
        with self._lock:
            job = self._job
        if job is None or job.end is not End.RUNNING:
            return job
        return replace(job, coming=self._meter.coming())

    def dismiss(self) -> None:
        """Forget work that has ended."""
        with self._lock:
            if self._job is not None and self._job.end is not End.RUNNING:
                self._job = None

    def _start(self, job: Job) -> None:
        with self._lock:
            self._job = job
            self._hand = hand = Hand(self._change, self._meter)
            self._meter.begin("")
        self._thread = threading.Thread(target=self._run, args=(job.ask, hand), name="job", daemon=True)
        self._thread.start()

    def _change(self, change: Callable[[Job], Job]) -> None:
        with self._lock:
            if self._job is not None:
                self._job = change(self._job)

    def _run(self, ask: Ask, hand: Hand) -> None:
        end, sentence = self._outcome(ask, hand)
        if not self._leaving:
            self._note.unlink(missing_ok=True)
        self._change(lambda job: replace(job, end=end, sentence=sentence, share=None))

    def _outcome(self, ask: Ask, hand: Hand) -> tuple[End, str]:
        """The one net below all work: whatever it raises becomes a sentence."""
        try:
            return End.DONE, self._works[ask.kind](ask, hand)
        except StoppedError:
            return End.STOPPED, ""
        except Exception as fault:  # noqa: BLE001 the net: it is logged below, and a person is told
            if hand.stop.is_set():
                return End.STOPPED, ""  # what broke was broken off
            if isinstance(fault, MatineeError):
                return End.FAILED, fault.sentence
            if isinstance(fault, OSError):
                return End.FAILED, card_fault(ask.title, fault).sentence
            _log.exception("job failed kind=%s", ask.kind)
            return End.FAILED, MatineeError("organiser.broke", title=ask.title).sentence
