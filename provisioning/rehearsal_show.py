"""The test film on the wall: the show plays it as an event of its own, and comes back to the evening."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, replace

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from cache.durable import write_whole
from provisioning import rehearsal_film
from provisioning.fitting import Fitting
from provisioning.loading import MediaDoor, load_event

_FOLDER, _WAITS = "rehearsal", "evening"
_FREE = frozenset({Phase.NONE, Phase.STANDBY, Phase.OVER})

_ON = "It is on the wall."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FilmState:
    """How far it is."""

    event: str = ""
    """Whose evening waits for its end."""
    words: str = ""
    busy: bool = False
    shown: bool = False
    fault: str = ""


class WallTest:
    """Made at first use, which takes seconds. Safe to use from any thread.

    Which evening waits is on the card, so that it comes back also if the console or the box started again.
    """

    def __init__(self, paths: Paths, door: MediaDoor, fitting: Fitting, show: ShowClient) -> None:
        """Nothing is made yet; if the test film is on since before, it stays on."""
        self._paths = paths
        self._door = door
        self._fitting = fitting
        self._show = show
        self._lock = threading.Lock()
        self._waits = paths.derived / _FOLDER / _WAITS
        self._now = self._kept()

    def state(self) -> FilmState:
        """How far it is; nothing once another event was taken up in its place."""
        with self._lock:
            now = self._now
        if now.shown and self._was_replaced():
            self._forget(now)
            return FilmState()
        return now

    def play(self, event: EventId) -> None:
        """Begin; ``event`` comes back afterwards. ``rehearsal.running`` while a show runs."""
        view = self._show.status()
        if view.phase not in _FREE and view.event != rehearsal_film.EVENT:
            raise MatineeError("rehearsal.running")
        with self._lock:
            if self._now.busy:
                return
            self._now = FilmState(event, "The test film is being made.", busy=True)
        threading.Thread(target=self._work, name="test-film", daemon=True).start()

    def back(self) -> None:
        """The evening's own card again; nothing if the test film is not on."""
        state = self.state()
        if state.event and not state.busy:
            if self._is_on():
                self._show.load(EventId(state.event), leaving=rehearsal_film.EVENT)
            self._forget(state)

    def _work(self) -> None:
        try:
            manifest = rehearsal_film.make(self._paths.derived / _FOLDER)
            write_whole(self._waits, self.state().event.encode())
            self._set(replace(self.state(), words="It comes onto the card."))
            made = load_event(manifest, self._paths, self._door, lambda _: None, self._fitting)
            self._show.load(made, leaving=rehearsal_film.EVENT)
            self._show.do(Verb.GO)
        except (MatineeError, OSError) as fault:
            _log.warning("test film is not shown fault=%s", fault)
            self._set(FilmState(self.state().event, fault=str(fault)))
        else:
            self._set(replace(self.state(), words=_ON, busy=False, shown=True))

    def _is_on(self) -> bool:
        return self._show.status().event == rehearsal_film.EVENT

    def _was_replaced(self) -> bool:
        try:
            return not self._is_on()
        except MatineeError:  # the show is just restarting: it comes back with what was on
            return False

    def _kept(self) -> FilmState:
        try:
            event = self._waits.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return FilmState()
        return FilmState(event, _ON, shown=True) if event else FilmState()

    def _forget(self, seen: FilmState) -> None:
        """It is over; unless somebody began it anew since it was ``seen``."""
        with self._lock:
            if self._now is seen:
                self._now = FilmState()
                with suppress(OSError):  # what is left over is seen to be over
                    self._waits.unlink()

    def _set(self, now: FilmState) -> None:
        with self._lock:
            self._now = now
