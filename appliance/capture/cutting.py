"""The cutting room: clips are written on a thread of their own, results are taken on the owner thread."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from appliance.capture.cut import CutOrder, Cutter, make_clip
from appliance.capture.provenance.credentials import NoSeal, Seal
from appliance.capture.provenance.sealing import sign_clip
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.model.capture import Moment, NewClip
from appliance.model.event import Event
from appliance.store.capture_rows import CaptureRows

_NICENESS = 10

_log = logging.getLogger(__name__)


class Cutting:
    """One cut at a time, behind the film. All methods on the owner thread."""

    def __init__(  # noqa: PLR0913 what it is made with
        self,
        rows: CaptureRows,
        folder: Path,
        cutter: Cutter,
        clock: Clock,
        post: Callable[[Callable[[], None]], None],
        seal: Seal | None = None,
        event_of: Callable[[EventId], Event | None] = lambda _: None,
        *,
        blur: Callable[[Path], None] | None = None,
    ) -> None:
        """``post`` runs something on the owner thread, soon; ``seal`` signs, ``event_of`` tells what for.

        ``blur`` covers faces where the event asks for it, and where nobody knows any more what it asked.
        """
        self._blur = blur
        self._seal = seal or NoSeal()
        self._event_of = event_of
        self._rows = rows
        self._folder = folder
        self._cutter = cutter
        self._clock = clock
        self._post = post
        self._pool = ThreadPoolExecutor(1, "cutting", initializer=_step_back)
        self._cuts: dict[ClipId, tuple[Moment, Future[NewClip]]] = {}

    @property
    def in_work(self) -> frozenset[ClipId]:
        """Clips being cut, or next in line."""
        return frozenset(self._cuts)

    def order(self, order: CutOrder) -> None:
        """Cut it as soon as the one before is done; its row says how it ended."""
        clip = order.moment.clip
        event = self._event_of(order.moment.event)
        sign = sign_clip(self._seal, order, event)
        future = self._pool.submit(make_clip, order, self._folder, self._cutter, sign, self._cover(event))
        self._cuts[clip] = (order.moment, future)
        future.add_done_callback(lambda _: self._post(lambda: self._finish(clip)))

    def close(self) -> None:
        """Finish every cut that was ordered."""
        self._pool.shutdown(wait=True)
        for clip in list(self._cuts):
            self._finish(clip)

    def _cover(self, event: Event | None) -> Callable[[Path], None] | None:
        if event is None:
            return self._blur
        return (self._blur or _no_blur) if event.blur_faces else None

    def _finish(self, clip: ClipId) -> None:
        if clip not in self._cuts:
            return
        moment, future = self._cuts.pop(clip)
        try:
            made = future.result()
        except MatineeError as fault:
            _log.warning("no clip moment=%s why=%s", moment.id, fault)
            self._rows.moment_failed(moment, fault.sentence)
            return
        self._rows.clip_made(moment, made, self._clock.now())
        _log.info("clip made clip=%s duration_ms=%d", clip, made.duration_ms)


def _no_blur(film: Path) -> None:
    del film
    raise MatineeError("capture.no_face_finder")


def _step_back() -> None:
    # Linux keeps niceness per thread: the film comes first.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
