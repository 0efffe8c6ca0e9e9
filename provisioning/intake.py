"""Films that people brought over a page: looked at, told whether they play here, taken in, converted."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import EventId, Sha256
from appliance.sync.stick import Brought
from cache.boards import TABLE
from cache.convert import default_name, plan
from cache.convert_ffmpeg import Done, convert
from cache.durable import card_fault
from cache.media_store import StoredMedia
from cache.probe_verdict import Level
from cache.workshop import workshop
from provisioning.fitting import Fitting
from provisioning.uploads import Upload, Uploads

_RETRY_S = 2.0

_log = logging.getLogger(__name__)


class Stage(StrEnum):
    """Where a film, or a stick, is on its way in."""

    COMING = "coming"
    WAITING = "waiting"
    LOOKING = "looking"
    WILL_NOT = "will_not"
    """It will not play here: somebody has to say whether to convert it."""
    CONVERTING = "converting"
    STORING = "storing"
    READY = "ready"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that somebody brought, as pages show it."""

    id: str
    name: str
    stage: Stage
    done_bytes: int = 0
    size_bytes: int = 0
    share: float | None = None
    """Of a conversion, 0 to 1."""
    left_s: float | None = None
    verdict: Level | None = None
    words: tuple[str, ...] = ()
    """Sentences: why it will not play, what was refused, what came from a stick."""


class Door(Protocol):
    """Whoever owns the films."""

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        """Import a film, verified."""
        ...

    def bring_stick(self, where: Path) -> Brought:
        """Import what is on a stick."""
        ...


class Intake:
    """One thing at a time, on a thread of its own; what it knows is asked from any thread."""

    def __init__(self, uploads: Uploads, door: Door, fitting: Fitting, derived: Path, clock: Clock) -> None:
        """Nothing runs yet. ``derived``: where conversions are made."""
        self.uploads = uploads
        self._door = door
        self._fitting = fitting
        self._derived = derived
        self._clock = clock
        self._lock = threading.Lock()
        self._arrivals: dict[str, Arrival] = {}
        self._work: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Begin, with what had come whole before a restart."""
        for upload in self.uploads.all():
            if upload.is_whole:
                self.take(upload)
        self._thread.start()

    def stop(self) -> None:
        """End; a conversion that runs is given up, and whatever was not done is begun again."""
        self._stopping.set()
        self._work.put(None)

    def take(self, upload: Upload) -> None:
        """An upload is whole: look at it, and bring it onto the card if it plays."""
        self._set(Arrival(upload.id, upload.name, Stage.WAITING, upload.size_bytes, upload.size_bytes))
        self._work.put(lambda: self._guarded(upload.id, lambda: self._look(upload)))

    def convert(self, arrival: str) -> None:
        """Make a film fit that will not play; ``upload.unknown`` if nothing waits for that."""
        with self._lock:
            waiting = self._arrivals.get(arrival)
        if waiting is None or waiting.stage is not Stage.WILL_NOT:
            raise MatineeError("upload.unknown")
        upload = self.uploads.find(arrival)
        self._set(replace(waiting, stage=Stage.CONVERTING, share=0.0))
        self._work.put(lambda: self._guarded(arrival, lambda: self._convert(upload)))

    def plug_in(self, where: Path) -> None:
        """Bring what is on a stick."""
        self._set(Arrival(where.name, where.name, Stage.WAITING))
        self._work.put(lambda: self._guarded(where.name, lambda: self._stick(where)))

    def dismiss(self, arrival: str) -> None:
        """Forget what came of it: an upload that is not wanted, or words that were read."""
        with self._lock:
            gone = self._arrivals.pop(arrival, None)
        try:
            self.uploads.drop(arrival)
        except MatineeError:
            if gone is None:
                raise

    def arrivals(self) -> list[Arrival]:
        """Everything that is on its way, or was since the start; uploads under way too."""
        with self._lock:
            known = dict(self._arrivals)
        for upload in self.uploads.all():
            if upload.id not in known:
                coming = Arrival(upload.id, upload.name, Stage.COMING, upload.done_bytes, upload.size_bytes)
                known[upload.id] = coming
        return list(known.values())

    def _set(self, arrival: Arrival) -> None:
        with self._lock:
            self._arrivals[arrival.id] = arrival

    def _change(self, arrival: str, stage: Stage, *words: str) -> None:
        with self._lock:
            before = self._arrivals.get(arrival)
            if before is not None:
                self._arrivals[arrival] = replace(before, stage=stage, words=words, share=None, left_s=None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            work = self._work.get()
            if work is not None:
                work()

    def _guarded(self, arrival: str, work: Callable[[], None]) -> None:
        """Do it; while sync restarts, again and again; any other refusal is shown."""
        with self._lock:
            known = self._arrivals.get(arrival)
        if known is None:
            return  # somebody dismissed it
        while not self._stopping.is_set():
            try:
                work()
            except MatineeError as fault:
                if fault.key == "ipc.not_running":
                    self._clock.wait(self._stopping, _RETRY_S)
                    continue
                _log.warning("refused key=%s", fault.key)
                self._change(arrival, Stage.REFUSED, fault.sentence)
            except OSError as fault:
                _log.warning("the card refuses fault=%s", fault)
                self._change(arrival, Stage.REFUSED, card_fault(known.name, fault).sentence)
            return

    def _look(self, upload: Upload) -> None:
        self._change(upload.id, Stage.LOOKING)
        facts, verdict = self._fitting.verdict(self.uploads.path(upload.id), upload.name)
        words = tuple(reason.words for reason in verdict.reasons)
        board = TABLE[verdict.board].words
        with self._lock:
            now = self._arrivals.get(upload.id)
            if now is None:
                return  # it was dismissed meanwhile
            self._arrivals[upload.id] = replace(now, verdict=verdict.level)
        if verdict.level is Level.WILL_NOT:
            line = plan(facts, verdict.board).line(upload.name, default_name(upload.name, verdict.board))
            self._change(upload.id, Stage.WILL_NOT, *words, line)
            return
        how = "It plays with care" if verdict.level is Level.CARE else "It plays"
        self._store(upload, self.uploads.path(upload.id), upload.name, (f"{how} on {board}.", *words))

    def _convert(self, upload: Upload) -> None:
        source = self.uploads.path(upload.id)
        facts, _ = self._fitting.verdict(source, upload.name)

        def tell(done: Done) -> None:
            with self._lock:
                now = self._arrivals.get(upload.id)
                if now is not None:
                    self._arrivals[upload.id] = replace(now, share=done.share, left_s=done.left_s)

        with workshop(self._derived) as folder:
            made = folder / "film.mp4"
            convert(source, made, facts, plan(facts, self._fitting.board), tell, self._stopping)
            words = f"It was converted for {TABLE[self._fitting.board].words}."
            self._store(upload, made, default_name(upload.name, self._fitting.board), (words,))

    def _store(self, upload: Upload, path: Path, name: str, words: tuple[str, ...]) -> None:
        self._change(upload.id, Stage.STORING)
        stored: StoredMedia = self._door.bring(path, name, None)
        self._change(upload.id, Stage.READY, *words)
        self._named(upload.id, name, stored.sha256)
        self.uploads.drop(upload.id)

    def _named(self, arrival: str, name: str, sha256: Sha256) -> None:
        _log.info("film is here film=%s", sha256)
        with self._lock:
            if arrival in self._arrivals:
                self._arrivals[arrival] = replace(self._arrivals[arrival], name=name)

    def _stick(self, where: Path) -> None:
        self._change(where.name, Stage.STORING)
        brought = self._door.bring_stick(where)
        came = [f"Event {event}" for event in brought.events] + list(brought.films)
        self._change(where.name, Stage.READY, *came, *brought.said)
