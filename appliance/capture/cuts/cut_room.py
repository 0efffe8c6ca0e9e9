"""Makes the other cuts of clips, one at a time, behind whatever else wants the processor."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from appliance.capture.cut import remove_cut
from appliance.capture.cuts.finish import Room, make_cut, missing_cuts
from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.model.capture import Clip, ClipState, NewCut
from appliance.model.event import Event
from appliance.store.capture_rows import CaptureRows

if TYPE_CHECKING:
    from appliance.capture.cuts.sights import Face, FindFaces, Rgb

_GOODBYE_S = 10.0
_DONE = frozenset({ClipState.MADE, ClipState.APPROVED, ClipState.HELD})

_log = logging.getLogger(__name__)


class CutRoom:
    """On the owner thread. What is missing is found in the rows: after a crash it is simply made again."""

    def __init__(
        self,
        rows: CaptureRows,
        room: Room,
        event_of: Callable[[EventId], Event | None],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """``event_of`` tells what an evening is called and where; None: it is not loaded any more."""
        self._rows = rows
        self._room = room
        self._event_of = event_of
        self._post = post
        self._work: tuple[ClipId, str, Future[NewCut]] | None = None
        self._failed: set[tuple[ClipId, str]] = set()
        self._closing = False
        self._looking = threading.Lock()
        if room.find_faces is not None:
            self._room = replace(room, find_faces=self._between_closing(room.find_faces))

    @property
    def in_work(self) -> tuple[ClipId, str] | None:
        """The clip and the cut that is being made."""
        return None if self._work is None else self._work[:2]

    def look(self) -> None:
        """Begin the next missing cut, if none is being made: of what a hand marked first, then by score."""
        if self._work is not None or self._closing:
            return
        found = self._next()
        if found is None:
            return
        clip, cut, _ = found
        remove_cut(clip.id, cut, self._room.folder)  # what a crash left of it
        future: Future[NewCut] = Future()
        self._work = (clip.id, cut, future)
        future.add_done_callback(lambda _: self._post(self._finish))
        threading.Thread(target=self._make, args=(*found, future), name="cuts", daemon=True).start()

    def close(self) -> None:
        """Begin none any more. The one in work takes a minute: it dies with the process and is made again.

        But not while it looks for faces: a thread that ends within OpenCV aborts the whole process.
        """
        self._closing = True
        self._looking.acquire(timeout=_GOODBYE_S)  # and keeps it

    def _between_closing(self, find: FindFaces) -> FindFaces:
        def found(picture: Rgb) -> Sequence[Face]:
            with self._looking:
                return find(picture)

        return found

    def _make(self, clip: Clip, cut: str, event: Event, future: Future[NewCut]) -> None:
        try:
            future.set_result(make_cut(clip, cut, event, self._room))
        except BaseException as fault:  # noqa: BLE001 it is raised again on the owner thread
            future.set_exception(fault)

    def _next(self) -> tuple[Clip, str, Event] | None:
        clips = [clip for clip in self._rows.clips() if clip.state in _DONE]
        for clip in sorted(clips, key=lambda clip: (clip.score is not None, -(clip.score or 0.0))):
            event = self._event_of(clip.event)
            missing = [] if event is None else missing_cuts(clip, event, self._room)
            for cut in missing:
                if event is not None and (clip.id, cut) not in self._failed:
                    return clip, cut, event
        return None

    def _finish(self) -> None:
        if self._work is None:
            return
        clip, cut, future = self._work
        self._work = None
        try:
            if self._rows.cut_made(future.result()):
                _log.info("cut made clip=%s cut=%s", clip, cut)
            else:  # taken down, or shredded, meanwhile
                remove_cut(clip, cut, self._room.folder)
        except MatineeError as fault:
            self._failed.add((clip, cut))
            _log.warning("no cut clip=%s cut=%s why=%s", clip, cut, fault)
        self.look()
