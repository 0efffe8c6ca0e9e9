"""Registers every cut by what it looks like, one at a time, behind whatever else wants the processor."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.model.fingerprint import Look, View
from appliance.store.fingerprint_rows import FingerprintRows

_NICENESS = 15
"""The film comes first, and clips. An idle thread would stop with the interpreter's lock in its hand."""

_log = logging.getLogger(__name__)


class Registrar:
    """On the owner thread. What is missing is found in the rows: after a crash it is simply made again."""

    def __init__(
        self, rows: FingerprintRows, folder: Path, clock: Clock, post: Callable[[Callable[[], None]], None]
    ) -> None:
        """``folder``: of the clips; ``post`` runs something on the owner thread, soon."""
        self._rows = rows
        self._folder = folder
        self._clock = clock
        self._post = post
        self._work: tuple[ClipId, str, Future[tuple[Look, ...]]] | None = None
        self._failed: set[tuple[ClipId, str]] = set()
        self._closing = False

    @property
    def busy(self) -> bool:
        """A film is being looked at."""
        return self._work is not None

    def look(self) -> None:
        """Begin with the oldest film that is not registered, if none is being looked at."""
        if self._work is not None or self._closing:
            return
        for clip, cut, name in self._rows.missing():
            if (clip, cut) not in self._failed:
                future: Future[tuple[Look, ...]] = Future()
                self._work = (clip, cut, future)
                future.add_done_callback(lambda _: self._post(self._finish))
                film = self._folder / name
                threading.Thread(target=_see, args=(film, future), name="looks", daemon=True).start()
                return

    def close(self) -> None:
        """Begin none any more. The one in work dies with the process and is made again."""
        self._closing = True

    def _finish(self) -> None:
        if self._work is None:
            return
        clip, cut, future = self._work
        self._work = None
        try:
            looks = future.result()
            self._rows.register(clip, cut, looks, self._clock.now())
            _log.info("cut registered clip=%s cut=%s looks=%d", clip, cut, len(looks))
        except MatineeError as fault:
            self._failed.add((clip, cut))
            _log.warning("cut not registered clip=%s cut=%s why=%s", clip, cut, fault)
        self.look()


def _see(film: Path, future: Future[tuple[Look, ...]]) -> None:
    try:
        from appliance.capture.provenance.looks_av import looks_of  # noqa: PLC0415 numpy: where there is a film
        from appliance.capture.provenance.search import EACH_MS  # noqa: PLC0415 as above

        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        future.set_result(looks_of(film, EACH_MS, tuple(View)))
    except BaseException as fault:  # noqa: BLE001 it is raised again on the owner thread
        future.set_exception(fault)
